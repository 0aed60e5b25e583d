"""What `collections` and `itertools` have: deques, defaultdicts, OrderedDicts, Counters, groups."""

from __future__ import annotations

import itertools
from collections import Counter, OrderedDict, defaultdict, deque

import numpy as np

from tests.programs.case import Case, normal

X = np.array([0.7, -1.3, 2.1])


def groups_in_a_defaultdict(x):
    groups = defaultdict(list)
    for i, v in enumerate(x):
        groups[i % 2].append(v)
    return sum(np.prod(np.array(values)) for values in groups.values())


def sums_in_a_defaultdict(x):
    sums = defaultdict(float)
    for i, v in enumerate(x):
        sums[i % 2] += v * v
    return sums[0] * sums[1] + len(sums)


def products_from_a_lambda(x):
    products = defaultdict(lambda: 1.0)
    for i, v in enumerate(x):
        products["abc"[i % 2]] *= v
    return products["a"] + products["b"] ** 2 + products["missing"] * x[0]


def arrays_from_a_closure(x):
    n = len(x)
    fields = defaultdict(lambda: np.zeros(n))
    for i, v in enumerate(x):
        fields[i % 2][i] += v * x[0]
    return sum(np.sum(field**2) for field in fields.values())


def graph_in_a_defaultdict(x):
    neighbours = defaultdict(list)
    for a, b in [(0, 1), (1, 2), (0, 2)]:
        neighbours[a].append((b, x[a] * x[b]))
        neighbours[b].append((a, x[a] + x[b]))
    total, todo, seen = 0.0, deque([0]), {0}
    while todo:
        node = todo.popleft()
        for other, weight in neighbours[node]:
            total += weight**2
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return total


def nested_defaultdict(x):
    table = defaultdict(dict)
    for i, v in enumerate(x):
        table[i % 2][i] = v**2
    return sum(v * (i + 1) for row in table.values() for i, v in row.items())


def window(x):
    last, total = deque(maxlen=2), 0.0
    for v in x:
        last.append(v)
        total += sum(last) / len(last) * v
    return total


def window_from_the_left(x):
    last = deque([x[0], x[1]], maxlen=2)
    for v in x:
        last.appendleft(v * last[0])
    return last[0] * last[-1]


def queue(x):
    waiting = deque([x[0]])
    waiting.appendleft(x[1])
    waiting.append(x[2])
    total = 0.0
    while waiting:
        total = total * 0.5 + waiting.popleft() ** 2
    return total


def turned(x):
    items = deque(x)
    items.rotate(1)
    items.rotate(-2)
    items.extend([x[0] * x[1], 2.0])
    items.extendleft([x[2]])
    del items[1]
    items.rotate()
    return sum(v * (i + 1) for i, v in enumerate(items)) + items.pop() * items[-1]


def history(x):
    states = deque([x], maxlen=3)
    for _ in range(4):
        states.append(np.sin(states[-1]) + 0.5 * states[0])
    return np.sum(np.stack(list(states)) ** 2)


def breadth_first(tree):
    queue, total = deque([(tree, 1)]), 0.0
    while queue:
        (value, children), depth = queue.popleft()
        total += depth * value**2
        for child in children:
            queue.append((child, depth + 1))
    return total


def ordered(x):
    d = OrderedDict()
    d["a"] = x[0]
    d["b"] = x[1]
    d["c"] = x[2]
    total = 0.0
    for _, v in d.items():
        total = total + v**2 * len(d)
    d.move_to_end("a")
    return total * list(d.values())[0] + d.popitem(last=False)[1] ** 3


def ordered_from_pairs(x):
    params = OrderedDict([("w", x * 2), ("b", x[0])])
    params.update(c=x[1])
    return sum(np.sum(p**2) * (i + 1) for i, p in enumerate(params.values()))


def ordered_parameters(params):
    return sum(np.sum(p**2) * (i + 1) for i, (name, p) in enumerate(params.items()))


def counted(x):
    counts = Counter("abca")
    total = 0.0
    for (_, n), v in zip(sorted(counts.items()), x, strict=False):
        total += n * v**2
    return total * (1 + counts["none"])


def weighted_counter(x):
    counts = Counter()
    for i, v in enumerate(x):
        counts[i % 2] += v**2
    return counts[0] * counts[1]


def grouped_positions(x):
    total = 0.0
    for _, group in itertools.groupby(range(3), key=lambda i: i // 2):
        total = total + sum(x[i] for i in group) ** 2
    return total


def grouped_by_sign(x):
    total = 0.0
    for positive, group in itertools.groupby(x, key=lambda v: v > 0):
        product = 1.0
        for v in group:
            product = product * v
        total = total + product * (2 if positive else 3)
    return total


def grouped_records(x):
    rows = [("a", x[0]), ("b", x[1]), ("a", x[2])]
    rows = sorted(rows, key=lambda row: row[0])
    sums = {key: sum(v for _, v in group) for key, group in itertools.groupby(rows, lambda row: row[0])}
    return sums["a"] * sums["b"]


def zipped_longest(x):
    total = 0.0
    for a, b in itertools.zip_longest(x, x[1:], fillvalue=1.0):
        total = total + a * b * b
    return total


def arrays_and_numbers(x):
    out = []
    for t in range(4):
        out.append(x * t if t % 2 else x[t % 3] * t)
    return sum(np.sum(v) ** 2 for v in out) * out[-1][0]


def arrays_and_numbers_in_lists(x):
    history = {}
    for key in ("x", "n"):
        history[key] = []
    for t in range(3):
        history["x"].append(x * t)
        history["n"].append(np.sum(x**2) * t)
    return np.sum(np.array(history["x"])) * history["n"][-1]


def arrays_and_numbers_by_position(x):
    rows = [[], []]
    for t in range(3):
        rows[0].append(x * t)
        rows[t % 1 + 1].append(np.sum(x**2) * t)
    return np.sum(rows[0][2]) * rows[1][-1]


def changed_beside_a_number(x):
    buffer = np.zeros(3)
    out = []
    out.append(x[0])
    out.append(buffer)
    buffer[0] = x[1]
    return np.sum(out[1]) * out[0]


def number_after_arrays(m):
    y = m
    for i in range(2):
        y = y[i]
    z = y
    y *= 2.0
    return z * y


PROGRAMS = [
    Case(arrays_and_numbers, (X,)),
    Case(arrays_and_numbers_in_lists, (X,)),
    Case(arrays_and_numbers_by_position, (X,)),
    Case(changed_beside_a_number, (X,)),
    Case(number_after_arrays, (normal(1, 2, 3),)),
    Case(groups_in_a_defaultdict, (X,)),
    Case(sums_in_a_defaultdict, (X,)),
    Case(products_from_a_lambda, (X,)),
    Case(arrays_from_a_closure, (X,)),
    Case(graph_in_a_defaultdict, (X,)),
    Case(nested_defaultdict, (X,)),
    Case(window, (X,)),
    Case(window_from_the_left, (X,)),
    Case(queue, (X,)),
    Case(turned, (X,)),
    Case(history, (normal(0, 3),)),
    Case(breadth_first, ((0.5, [(0.7, []), (1.1, [(0.3, [])])]),)),
    Case(ordered, (X,)),
    Case(ordered_from_pairs, (X,)),
    Case(ordered_parameters, (OrderedDict(w=X, b=0.4),)),
    Case(counted, (X,)),
    Case(weighted_counter, (X,)),
    Case(grouped_positions, (X,)),
    Case(grouped_by_sign, (X,)),
    Case(grouped_records, (X,)),
    Case(zipped_longest, (X,)),
]
