"""Plain Python, and the IR that it becomes. The margin with file and line is cut off."""

from __future__ import annotations

import ast
import builtins
import textwrap

import pytest

from adls.engine.frontend.lower import lower
from adls.engine.ir.entities import Entity, Library, Namespace, Resolver, Value
from adls.engine.ir.ops import Function, Let
from adls.engine.ir.printer import show
from adls.engine.ir.types import Any
from adls.engine.ir.verifier import verify
from adls.engine.ir.walk import regions
from adls.engine.source.diagnostics import Diagnostic
from adls.engine.source.text import SourceFile


class Names(Resolver):
    """`np` is NumPy, builtins are builtins, `data` is data, and all else is unknown."""

    def resolve(self, path: str) -> Entity | None:
        root, _, rest = path.partition(".")
        if root == "np":
            return Library(f"numpy.{rest}") if rest else Namespace("numpy")
        if rest:
            return None
        return Value(Any()) if root == "data" else Library(f"builtins.{root}") if hasattr(builtins, root) else None

    def function(self, target: str) -> Function:
        raise KeyError(target)

    def for_target(self, target: str) -> Resolver:
        return self


def lowered(text: str) -> tuple[Function | None, tuple[Diagnostic, ...], SourceFile]:
    source = SourceFile("model.py", textwrap.dedent(text))
    node = ast.parse(source.text).body[0]
    assert isinstance(node, ast.FunctionDef)
    function, problems = lower(node, source, node.name, Names())
    return function, problems, source


def ir(text: str) -> str:
    """The lowered body, without the head line."""
    function, problems, _ = lowered(text)
    assert function is not None, [problem.render() for problem in problems]
    verify(function)
    lines = [line[:92].rstrip() for line in show(function).splitlines()[1:]]
    return "\n".join(line.removeprefix("  ") for line in lines) + "\n"


def refused(text: str) -> list[tuple[str, int, str]]:
    function, problems, source = lowered(text)
    assert function is None
    texts = [source.slice(problem.span).partition("\n")[0] for problem in problems]
    return [(problem.kind.code, problem.span.line, text) for problem, text in zip(problems, texts, strict=True)]


def check(text: str, expected: str) -> None:
    assert ir(text) == textwrap.dedent(expected).lstrip("\n")


def test_views_and_writes() -> None:
    check(
        """
        def f(x):
            "What it does."
            y = x*1.; v = y.reshape(-1); b = y; v += 1.; y[0] = v[-1]**2; return (b*x).sum()
        """,
        """
        y = operator.mul x, 1.0
        v = method[reshape] y, -1
        b = copy y
        v = operator.iadd v, 1.0
        t1 = getitem v, -1
        t2 = operator.pow t1, 2
        setitem y, 0, t2
        t3 = operator.mul b, x
        t4 = method[sum] t3
        return t4
        """,
    )


def test_globals_through_modules_and_data() -> None:
    check(
        """
        def f(x):
            return np.linalg.norm(x - data.mean(0), ord=2) + missing.thing
        """,
        """
        t1 = method[mean] @data, 0
        t2 = operator.sub x, t1
        t3 = call @numpy.linalg.norm, t2, ord=2
        t4 = attr[thing] @missing
        t5 = operator.add t3, t4
        return t5
        """,
    )


def test_branches_that_choose_a_value() -> None:
    check(
        """
        def f(x, y):
            z = x if y else -x
            return z or x < 0 <= -y and not x in y
        """,
        """
        if y:
          z = copy x
        else:
          z = operator.neg x
        chosen = copy z
        if chosen:
          pass
        else:
          chosen_3 = operator.lt x, 0
          if chosen_3:
            t1 = operator.neg y
            chosen_3 = operator.le 0, t1
          chosen_2 = copy chosen_3
          if chosen_2:
            t2 = operator.contains y, x
            chosen_2 = operator.not_ t2
          chosen = copy chosen_2
        return chosen
        """,
    )


def test_partial_execution() -> None:
    check(
        """
        def f(x, a, s):
            n = 0
            for i in range(len(x)):
                try:
                    a[i] = x[i]
                    s += np.log(x[i])
                    if s > 3:
                        break
                except ValueError as error:
                    s += x[i]
                    continue
                finally:
                    n += 1
            else:
                return s
            return s * n
        """,
        """
        n = copy 0
        t1 = call @builtins.len, x
        t2 = call @builtins.range, t1
        for i in t2:
          try:
            t3 = getitem x, i
            setitem a, i, t3
            t4 = getitem x, i
            t5 = call @numpy.log, t4
            s = operator.iadd s, t5
            t6 = operator.gt s, 3
            if t6:
              break
          except @builtins.ValueError as error:
            t7 = getitem x, i
            s = operator.iadd s, t7
            continue
          finally:
            n = operator.iadd n, 1
        else:
          return s
        t8 = operator.mul s, n
        return t8
        """,
    )


def test_an_item_is_added_to_in_one_operation_unless_the_value_may_write_it() -> None:
    check(
        """
        def f(a, i, x):
            a[i:, None] += np.sin(x)
            a[i] += helper(a)
            a[i].b *= x
        """,
        """
        t1 = slice i, None, None
        t2 = tuple t1, None
        t3 = call @numpy.sin, x
        augitem[operator.iadd] a, t2, t3
        item = getitem a, i
        t4 = call @helper, a
        item = operator.iadd item, t4
        setitem a, i, item
        owner = getitem a, i
        b = attr[b] owner
        b = operator.imul b, x
        setattr[b] owner, b
        return None
        """,
    )


def test_targets_are_set_from_left_to_right() -> None:
    check(
        """
        def f(x, i):
            i, x[i] = x[i] = i, 2
            a, *b = (c, d), e = x
            p = q = i
        """,
        """
        value = tuple i, 2
        i, t1 = unpack value
        setitem x, i, t1
        setitem x, i, value
        value_2 = copy x
        a, b = unpack[1] value_2
        t2, t3 = unpack value_2
        c, d = unpack t2
        e = copy t3
        p = copy i
        q = copy p
        return None
        """,
    )


def test_a_walrus_does_not_change_what_was_read_before() -> None:
    check(
        """
        def f(x):
            return g(x, (x := x + 1), x)
        """,
        """
        t1 = copy x
        x = operator.add x, 1
        t2 = call @g, t1, x, x
        return t2
        """,
    )


def test_comprehensions_are_loops_with_variables_of_their_own() -> None:
    check(
        """
        def f(xs, x):
            ys = [x * w for x, w in xs if w]
            total = sum(y for y in ys)
            return {x: ys for x in {y for y in ys}}, total
        """,
        """
        ys = list
        for t1 in xs:
          x_2, w = unpack t1
          if w:
            t2 = operator.mul x_2, w
            method[append] ys, t2
        items = list
        for y in ys:
          method[append] items, y
        total = call @builtins.sum, items
        items_2 = call @builtins.set
        for y_2 in ys:
          method[add] items_2, y_2
        items_3 = dict
        for x_3 in items_2:
          setitem items_3, x_3, ys
        t3 = tuple items_3, total
        return t3
        """,
    )


def test_any_and_all_end_where_they_are_decided() -> None:
    check(
        """
        def f(x):
            return all(v > u for u in x if u for v in u)
        """,
        """
        holds = copy True
        for u in x:
          if u:
            for v in u:
              t1 = operator.gt v, u
              if t1:
                pass
              else:
                holds = copy False
                break
            if holds:
              pass
            else:
              break
        return holds
        """,
    )


def test_functions_inside_functions() -> None:
    check(
        """
        def f(x, k):
            g = lambda y, s=2.0, i=k * 2: x * y * i
            def h(z, *, w=-1):
                return g(z) + w
            return h(x)
        """,
        """
        default = operator.mul k, 2
        g = closure[lambda at 3] x, default
        h = closure[h at 4] g
        t1 = call h, x
        return t1

        f.<locals>.<lambda>(y, s = 2.0, i = default) -> Any
          cells x, default
          t1 = operator.mul x, y
          t2 = operator.mul t1, i
          return t2

        f.<locals>.h(z, keyword w = -1) -> Any
          cells g
          t1 = call g, z
          t2 = operator.add t1, w
          return t2
        """,
    )


def test_a_lambda_in_a_comprehension_has_its_text_in_the_new_names() -> None:
    function, _, _ = lowered("def f(xs, x):\n    return [solve(lambda z: z * x) for x in xs]")
    assert function is not None
    (let,) = [let for let in every_let(function.body) if let.op.prim == "closure"]
    assert let.op.data.text == "lambda z: z * x_2"
    assert [cell.name for cell in let.op.data.function.cells] == ["x_2"]


def every_let(region):
    for statement in region:
        if isinstance(statement, Let):
            yield statement
        for inner in regions(statement):
            yield from every_let(inner)


def test_calls_with_stars_strings_and_unions() -> None:
    check(
        """
        def f(xs, options):
            g(1, *xs, k=2, **options)
            xs.go(*xs)
            return f"{xs!r:>{options}} of {1:.2f}", {**options, "a": [*xs, 1]}
        """,
        """
        call[(2,)] @g, 1, xs, k=2, **options
        t1 = attr[go] xs
        call[(1,)] t1, xs
        t2 = call @builtins.repr, xs
        t3 = format[(('text', '>'), ('value', '', ''))] options
        t4 = call @builtins.format, t2, t3
        t5 = format[(('value', '', ''), ('text', ' of '), ('value', '', '.2f'))] t4, 1
        t6 = dict
        t7 = list[(0,)] xs, 1
        t8 = operator.or_ t6, options
        t9 = dict 'a', t7
        t10 = operator.or_ t8, t9
        t11 = tuple t5, t10
        return t11
        """,
    )


def test_dead_code_and_endless_loops() -> None:
    check(
        """
        def f(x):
            while True:
                x = x + 1
                if x:
                    return x
                    x = 2
            x = 3
        """,
        """
        while:
          pass
        holds True:
          x = operator.add x, 1
          if x:
            return x
        """,
    )


def test_contexts() -> None:
    check(
        """
        def f(x):
            with np.errstate(all="ignore"), lock() as (a, b):
                return x / a
        """,
        """
        t1 = call @numpy.errstate, all='ignore'
        with t1:
          t2 = call @lock
          with t2 as t3:
            a, b = unpack t3
            t4 = operator.truediv x, a
            return t4
        return None
        """,
    )


def test_match_on_literals_and_sequences() -> None:
    check(
        """
        def f(x):
            match x:
                case 1:
                    return 2
                case [a, *b]:
                    return a
                case y:
                    return y
        """,
        """
        matched = copy False
        t1 = operator.eq x, 1
        if t1:
          matched = copy True
        if matched:
          return 2
        else:
          matched_2 = copy False
          t2 = attr[__class__] x
          t3 = attr[__flags__] t2
          t4 = operator.and_ t3, 32
          if t4:
            t5 = call @builtins.len, x
            t6 = operator.ge t5, 1
            if t6:
              element, element_2 = unpack[1] x
              a = copy element
              b = copy element_2
              matched_2 = copy True
          if matched_2:
            return a
          else:
            y = copy x
            return y
        """,
    )


def test_temporaries_keep_clear_of_the_users_names() -> None:
    check(
        """
        def f(t0, t1):
            t2 = t0 * t1 + 1
            t1 += t2
            return [t3 + t1 for t3 in t0], lambda: t2
        """,
        """
        t1_ = copy t1
        t4 = operator.mul t0, t1_
        t2_ = operator.add t4, 1
        t1_ = operator.iadd t1_, t2_
        items = list
        for t3_ in t0:
          t5 = operator.add t3_, t1_
          method[append] items, t5
        t6 = closure[lambda at 5] t2_
        t7 = tuple items, t6
        return t7

        f.<locals>.<lambda>() -> Any
          cells t2_
          return t2_
        """,
    )


def test_imports_inside() -> None:
    check(
        """
        def f(x):
            import os.path
            import os.path as p
            from math import sin as s
            return s(x)
        """,
        """
        import[os.path]
        os = import[os]
        p = import[os.path]
        s = import[math:sin]
        t1 = call s, x
        return t1
        """,
    )


def test_spans_are_the_expressions() -> None:
    function, _, source = lowered("def f(größe, é):\n    return np.sin(größe *\n        é) + é[0]\n")
    assert function is not None
    texts = [source.slice(statement.span) for statement in function.body]
    assert texts == ["größe *\n        é", "np.sin(größe *\n        é)", "é[0]", "np.sin(größe *\n        é) + é[0]",
                     "return np.sin(größe *\n        é) + é[0]"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("class A: pass", ("unsupported-construct", 2, "class A: pass")),
        ("y = yield x", ("unsupported-construct", 2, "yield x")),
        ("global g; g = x", ("mutated-global", 2, "g")),
        ("return locals()", ("unsupported-construct", 2, "locals()")),
        ("return [lambda: i for i in x]", ("unsupported-construct", 2, "lambda: i")),
        ("g = lambda: a()\n def a(): pass", ("unsupported-construct", 2, "lambda: a()")),
        ("async def g(): await x", ("async", 2, "async def g(): await x")),
        ("try: pass\n except* ValueError: pass", ("unsupported-construct", 2, "try: pass")),
    ],
)
def test_what_is_refused(body: str, expected: tuple[str, int, str]) -> None:
    assert expected in refused(f"def f(x):\n {body}\n")


@pytest.mark.parametrize(
    "body",
    [
        "a = 1; a = a + x; return lambda: a",
        "for i in range(3):\n  y = solve(lambda z: z * i, x)",
        "for i in range(3):\n  g = lambda z: z * i\n  x = g(x)",
        "y = solve(lambda z: z * x, 1)\n x = x + y",
        "for i in range(3):\n  def g(z): return z * x\n  x = g(i)",
        "return [lambda i=i: i for i in x]",
    ],
)
def test_captures_that_python_would_find_unchanged(body: str) -> None:
    function, problems, _ = lowered(f"def f(x):\n {body}\n")
    assert function is not None, [problem.render() for problem in problems]
