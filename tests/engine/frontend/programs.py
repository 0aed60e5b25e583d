"""Programs whose order of evaluation is watched: `log(x)` notes x and gives it back.

Each runs as it stands, and as the IR that it becomes.
"""

# Odd code is the point here, and `log` comes from the test.
# ruff: noqa: B007, B008, C416, E401, E713, F821, F842, I001, PIE800, PIE804, PTH118, RET502, SIM201, UP034



def choices(xs, d, n):
    return (log(1) + log(2) * -log(3) ** 2, log(4) if n < log(2) <= log(9) else log(5), log(0) or (log(7) and log(8)))


def items(xs, d, n):
    d[log('a')] += log(5)
    xs[log(0)] = xs[log(1)] = log(2)
    return (xs, d)


def popping(xs, d, n):
    xs[0] += log(xs.pop())
    return (xs, xs[-1:], xs[::-1])


def patterns(xs, d, n):
    i = 0
    i, xs[i] = (1, n)
    (a, [b, *c]), xs[a] = ((i, [1, 2, 3]), 7)
    return (a, b, c, xs)


def comprehensions(xs, d, n):
    return ([log(x) + y for x in xs if x > 0 for y in d['b'] if y != x], {k: v for k, v in d.items()}, {x for x in xs})


def exceptions(xs, d, n):
    for i, x in enumerate(xs):
        try:
            if x > 2:
                continue
            if x < 0:
                break
            log(d[x])
        except (KeyError, IndexError) as e:
            log(repr(e))
        else:
            log('else')
        finally:
            log(i)
    else:
        log('never')
    return xs


def loops(xs, d, n):
    while n:
        n -= 1
        if n == 5:
            break
    else:
        log('end')
    return (n, any((log(x) > 1 for x in xs)), all((log(x) > 1 for x in xs)))


def parameters(xs, d, n):
    g = lambda a, b=log(n), *c, k=log(2), **r: (a, b, c, k, r)
    return (g(1), g(1, 2, 3, k=4, z=5), g(*xs, **{'k': 1}))


def closures(xs, d, n):

    def outer(k):

        def inner(y):
            return y * k + n
        return inner
    return (outer(2), outer(3)(4))


def displays(xs, d, n):
    return (f'{n!r:>{log(5)}}|{xs[1]:.3f}|{d}', {**d, 'a': log(1), **{'c': 3}}, [*xs, *d], {*xs, n})


def like_temporaries(xs, d, n):
    t1 = n
    t1 += t1
    return (t1, [t1 for t1 in xs], t1)


def walruses(xs, d, n):
    return ((y := log(n)) + (y := (y + 1)) * y, y, [(y := x) for x in xs], y)


def matching(xs, d, n):
    out = []
    for v in [1, 'a', (1, 2), [3, 4, 5], None, 2.5, xs, 'ab', (1, (2, 3))]:
        match v:
            case 1 | 2:
                out.append('small')
            case [a, [b, c]]:
                out.append((a, b, c))
            case [a, b] if a < b:
                out.append(b)
            case [a, *rest]:
                out.append((a, rest))
            case None:
                out.append('none')
            case str() as s:
                out.append(s)
            case float(real=r):
                out.append(r)
            case _:
                out.append('else')
    return out


def assertions(xs, d, n):
    assert n == 3
    assert n == 4, log('no')
    return n


def causes(xs, d, n):
    try:
        raise ValueError(log('a')) from KeyError('b')
    except ValueError as e:
        c = e.__cause__
        return (repr(c), n)


def finals(xs, d, n):
    try:
        return log(n)
    finally:
        log('finally')


def imports(xs, d, n):
    import math as m, os.path
    from operator import add as plus
    return (m.sin(plus(n, 1)), os.path.join('a', 'b'))


def deletions(xs, d, n):
    del d['a'], xs[0]
    a = b = c = log(n)
    return (d, xs, a, b, c, not n in xs, n not in xs, n is not None, ~n)


def literals(xs, d, n):
    x: float = n
    y: int
    return (x, xs[1:], xs[:-1:2], ..., -0.0, -1j, 1e+300)


def unbound(xs, d, n):
    for i in range(n):
        pass
    return (i, missing)


def bare_return(xs, d, n):
    if n:
        return
    return 1


def ternaries(xs, d, n):
    a = b if (b := (n > 2)) and (not xs[0] == 2) else d
    return (a, b, 1 < n < 2 < log(3), 1 < n > 2 != log(0))
