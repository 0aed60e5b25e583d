"""Objects that hold objects of their own class: linked lists and trees; which of them a name is, only the run knows."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal


class Node:
    def __init__(self, value, following=None):
        self.value = value
        self.following = following


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right


def chained(values):
    head = None
    for value in values:
        head = Node(value, head)
    return head


def total(node):
    found, weight = 0.0, 1.0
    while node is not None:
        found += node.value**2 * weight
        weight += 1.0
        node = node.following
    return found


def folded(node):
    return 0.0 if node is None else node.value * 2 + folded(node.following) * node.value


def linked_list(x):
    head = None
    for v in x:
        head = Node(v * v, head)
    found, node, k = 0.0, head, 1
    while node is not None:
        found += node.value * k
        k += 1
        node = node.following
    return found


def literal_list(x):
    node = Node(x[0], Node(x[1], Node(x[2])))
    found = 0.0
    while node:
        found += node.value**2
        node = node.following
    return found


def made_and_walked_by_helpers(x):
    head = chained(x)
    return total(head) * total(head.following) + folded(head)


def made_by_recursion(x):
    def made(i):
        return Node(x[i], made(i + 1)) if i < len(x) else None

    return total(made(0))


def nodes_of_arrays(x):
    head, first = None, None
    for v in x:
        head = Node(v * x, head)
        if first is None:
            first = head
    found, node = 0.0, head
    while node is not None:
        found += (node.value**2).sum()
        node = node.following
    return found + (first.value * x).sum()


def one_array_in_all_nodes(x):
    head, y = None, np.zeros(3)
    for i in range(3):
        head = Node(y, head)
        y[i] = x[i] * x[0]
    found, node = 0.0, head
    while node is not None:
        found += (node.value**2).sum()
        node = node.following
    return found


def nodes_of_dicts(x):
    head = None
    for v in x:
        head = Node({"a": v, "b": [v * 2]}, head)
    found, node = 0.0, head
    while node is not None:
        found += node.value["a"] * node.value["b"][0]
        node = node.following
    return found


def in_a_list_too(x):
    head, nodes = None, []
    for v in x:
        head = Node(v, head)
        nodes.append(head)
    return total(head) + nodes[0].value * nodes[-1].value + total(nodes[1])


def balanced(x, low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Tree(x[middle], balanced(x, low, middle), balanced(x, middle + 1, high))


def depths(tree, depth=1):
    if tree is None:
        return 0.0
    return tree.value**2 * depth + depths(tree.left, depth + 1) + depths(tree.right, depth + 1)


def balanced_tree(x):
    return depths(balanced(x, 0, len(x)))


def tree_walked_with_a_stack(x):
    stack = [balanced(x, 0, len(x))]
    found = 0.0
    while stack:
        tree = stack.pop()
        if tree is None:
            continue
        found += tree.value**2 * (len(stack) + 1)
        stack.append(tree.left)
        stack.append(tree.right)
    return found


class Joined:
    def __init__(self, value):
        self.value = value
        self.after = None
        self.before = None


def joined_both_ways(x):
    first, second = Joined(x[0]), Joined(x[1])
    first.after = second
    second.before = first
    return first.after.value * second.before.value * first.value


def best_so_far(x):
    best = None
    for v in x:
        candidate = Node(v * v)
        if best is None or candidate.value > best.value:
            best = candidate
    return best.value * x[0]


def seen_while_it_changes(x):
    node, seen = Node(x * 2), None
    if x[0] > -9:
        seen = node
    node.value = node.value * x
    found = (seen.value**2).sum()
    node.value = node.value * 3
    return found + seen.value.sum()


def doubled(node):
    return node.value * 2 if node is not None else 0.0


def handed_to_a_helper_while_it_changes(x):
    node, last = Node(x[0]), None
    for v in x:
        more = doubled(last)
        node.value = node.value * v + more
        last = node
    return doubled(last) + doubled(None)


def a_list_that_grows_in_all_nodes(x):
    head, items = None, [x[0]]
    for i in range(3):
        head = Node(items, head)
        items.append(x[i] * items[-1])
    found, node = 0.0, head
    while node is not None:
        found += node.value[1] * node.value[2]
        node = node.following
    return found


class Holder:
    def __init__(self):
        self.current = None
        self.log = []

    def see(self, node):
        self.current = node
        self.log.append(node)

    def last(self):
        return self.current.value


def kept_by_an_object(x):
    holder = Holder()
    for v in x:
        holder.see(Node(x * v))
    return (holder.last() ** 2).sum() * x[0]


PROGRAMS = [
    Case(a_list_that_grows_in_all_nodes, (normal(15, 3),)),
    Case(kept_by_an_object, (normal(16, 3),)),
    Case(linked_list, (normal(1, 4),)),
    Case(literal_list, (normal(2, 3),)),
    Case(made_and_walked_by_helpers, (normal(3, 4),)),
    Case(made_by_recursion, (normal(4, 4),)),
    Case(nodes_of_arrays, (normal(5, 3),)),
    Case(one_array_in_all_nodes, (normal(6, 3),)),
    Case(nodes_of_dicts, (normal(7, 3),)),
    Case(in_a_list_too, (normal(8, 3),)),
    Case(balanced_tree, (normal(9, 6),)),
    Case(tree_walked_with_a_stack, (normal(10, 5),)),
    Case(joined_both_ways, (normal(11, 2),)),
    Case(best_so_far, (normal(12, 3),)),
    Case(seen_while_it_changes, (normal(13, 3),)),
    Case(handed_to_a_helper_while_it_changes, (normal(14, 3),)),
]
