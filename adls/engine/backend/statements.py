"""A region of the IR -> Python statements, each with its note for the listing."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import PurePath

from adls.engine.backend.closures import bound_to_module, definition_of, reads_globals
from adls.engine.backend.expressions import AUGMENTED, Expressions
from adls.engine.backend.fold import is_in_place
from adls.engine.backend.place import header, place
from adls.engine.backend.unit import EmitUnit, Note
from adls.engine.ir.ops import (
    Break,
    Code,
    Const,
    Continue,
    Delete,
    For,
    Handler,
    If,
    Let,
    Op,
    Operand,
    Raise,
    Region,
    Return,
    Statement,
    Try,
    Var,
    While,
    With,
)
from adls.engine.ir.walk import regions
from adls.engine.source.text import Span


@dataclass(slots=True)
class Statements:
    """Makes the statements of one function, and notes the primal line and the types of each."""

    expressions: Expressions
    notes: dict[ast.stmt, Note] = field(default_factory=dict)

    def region(self, region: Region) -> list[ast.stmt]:
        """The statements of a region that are not printed as parts of others."""
        shown = [statement for statement in region if not self.expressions.folding.hides(statement)]
        return [made for statement in shown for made in self._statement(statement)]

    def block(self, region: Region, span: Span) -> list[ast.stmt]:
        """The statements of a region that must not be empty; it belongs to what stands at the span."""
        return self.region(region) or [self._note(ast.Pass(), span, 0)]

    def _statement(self, statement: Statement) -> list[ast.stmt]:
        match statement:
            case Let():
                return self._let(statement)
            case While():
                return self._while(statement)
            case If():
                return [self._if(statement)]
            case For():
                return [self._for(statement)]
            case Try():
                return [self._try(statement)]
            case With():
                return [self._with(statement)]
            case _:
                return [self._simple(statement)]

    def _note(self, made: ast.stmt, span: Span, line: int | None = None, targets: tuple[Var, ...] = (),
              bound: tuple[Var, ...] = ()) -> ast.stmt:
        place(made, self.expressions.known(span))
        self.notes[made] = Note(span.line if line is None else line, targets, bound)
        return made

    def _operand(self, operand: Operand, span: Span) -> ast.expr:
        return self.expressions.operand(operand, self._header(span))

    def _header(self, span: Span) -> Span:
        return header(self.expressions.known(span), self.expressions.unit.source)

    # Assignments

    def _let(self, let: Let) -> list[ast.stmt]:
        if isinstance(let.op.data, Code) and not let.op.data.is_lambda:
            return self._definition(let, let.op.data)
        if let.op.prim == "import":
            return [self._note(_import(let, self.expressions.unit), let.span)]
        nothing = let.op == Op("copy", (Const(None),))
        before = len(self.expressions.bound)
        made = self._assignment(let)
        bound = tuple(map(Var, self.expressions.bound[before:]))
        return [self._note(made, let.span, targets=() if nothing else let.targets, bound=bound)]

    def _assignment(self, let: Let) -> ast.stmt:
        op, span = let.op, self.expressions.known(let.span)
        match op.prim:
            case "setattr" if op.kwargs:  # A frozen instance, which refuses assignments.
                return ast.Expr(self._set_plainly(op, span))
            case "setitem" | "setattr" if (updated := self._updated(op)) is not None:
                operator = AUGMENTED[updated.prim.removeprefix("operator.")]
                return ast.AugAssign(self._item(op, span), operator(), self.expressions.operand(updated.args[1], span))
            case "setitem" | "setattr":
                return ast.Assign([self._item(op, span)], self.expressions.operand(op.args[-1], span))
            case "augitem":
                operator = AUGMENTED[str(op.data).removeprefix("operator.")]
                return ast.AugAssign(self._item(op, span), operator(), self.expressions.operand(op.args[2], span))
            case "delitem":
                return ast.Delete([self.expressions.subscript(op, span, ast.Del())])
        if is_in_place(op.prim) and let.targets == op.args[:1]:
            operator = AUGMENTED[op.prim.removeprefix("operator.")]
            name = ast.Name(let.targets[0].name, ast.Store())
            return ast.AugAssign(name, operator(), self.expressions.operand(op.args[1], span))
        value = self.expressions.op(op, span)
        return ast.Assign([self._target(let)], value) if let.targets else ast.Expr(value)

    def _set_plainly(self, op: Op, span: Span) -> ast.Call:
        """`object.__setattr__(x, "name", v)`."""
        setter = ast.Attribute(ast.Name("object", ast.Load()), "__setattr__", ast.Load())
        owner, value = (self.expressions.operand(arg, span) for arg in op.args)
        return ast.Call(setter, [owner, ast.Constant(str(op.data)), value], [])

    def _item(self, op: Op, span: Span) -> ast.Subscript | ast.Attribute:
        """`x[i]` or `x.name` as a target."""
        if op.prim == "setattr":
            return ast.Attribute(self.expressions.operand(op.args[0], span), str(op.data), ast.Store())
        return self.expressions.subscript(op, span, ast.Store())

    def _updated(self, op: Op) -> Op | None:
        """The in-place operation of `x[i] += v`, which the IR spells `x[i] = iadd(x[i], v)`."""
        trees = self.expressions.folding.trees
        value = trees.get(op.args[-1].name) if isinstance(op.args[-1], Var) else None
        if value is None or not is_in_place(value.op.prim) or not isinstance(value.op.args[0], Var):
            return None
        old = trees.get(value.op.args[0].name)
        reading = {"setitem": "getitem", "setattr": "attr"}[op.prim]
        if old is None or (old.op.prim, old.op.args, old.op.data) != (reading, op.args[:-1], op.data):
            return None
        return value.op

    def _target(self, let: Let) -> ast.expr:
        """A name, or a tuple of names where the value is unpacked."""
        if len(let.targets) == 1 and let.op.prim != "unpack":
            return ast.Name(let.targets[0].name, ast.Store())
        items = [self._pattern(target) for target in let.targets]
        if let.op.prim == "unpack" and isinstance(star := let.op.data, int):
            items[star] = ast.Starred(items[star], ast.Store())
        return ast.Tuple(items, ast.Store())

    def _pattern(self, target: Var) -> ast.expr:
        """A loop's target: a name, or what the loop's body unpacks it to at once."""
        unpacked = self.expressions.folding.patterns.get(target.name)
        return ast.Name(target.name, ast.Store()) if unpacked is None else self._target(unpacked)

    def _definition(self, let: Let, code: Code) -> list[ast.stmt]:
        """A nested function; under another name, or over the user's module, it takes a second statement."""
        definition = definition_of(code, self.expressions.unit)
        made = [self._note(definition, code.function.span)]
        function: ast.expr = ast.Name(code.function.name, ast.Load())
        if reads_globals(definition, code):
            function = bound_to_module(function, self.expressions.unit, self.expressions.preamble)
        elif let.targets == (Var(code.function.name),):
            return made
        made.append(self._note(ast.Assign([self._target(let)], function), code.function.span))
        return made

    # Control flow

    def _simple(self, statement: Statement) -> ast.stmt:
        span = self.expressions.known(statement.span)
        made: ast.stmt
        match statement:
            case Return(value):
                made = ast.Return(self.expressions.operand(value, span))
            case Raise(exception, cause):
                parts = [None if part is None else self.expressions.operand(part, span) for part in (exception, cause)]
                made = ast.Raise(*parts)
            case Delete(variables):
                made = ast.Delete([ast.Name(variable.name, ast.Del()) for variable in variables])
            case Break():
                made = ast.Break()
            case Continue():
                made = ast.Continue()
            case _:
                raise ValueError(f"no Python for the statement {type(statement).__name__}")
        return self._note(made, statement.span)

    def _if(self, statement: If) -> ast.stmt:
        test = self._operand(statement.test, statement.span)
        then = self.block(statement.then, statement.span)
        return self._note(ast.If(test, then, self.region(statement.orelse)), statement.span)

    def _for(self, loop: For) -> ast.stmt:
        iterable = self._operand(loop.iterable, loop.span)
        target = place(self._pattern(loop.target), self._header(loop.span))
        body, orelse = self.block(loop.body, loop.span), self.region(loop.orelse)
        shown = (loop.target,) if isinstance(target, ast.Name) else ()
        return self._note(ast.For(target, iterable, body, orelse), loop.span, targets=shown)

    def _while(self, loop: While) -> list[ast.stmt]:
        """`while test:` where the test is one expression, else `while True:` with the test at the body's start."""
        test = self.region(loop.test)
        if not test:
            cond, body = self._operand(loop.cond, loop.span), self.block(loop.body, loop.span)
            return [self._note(ast.While(cond, body, self.region(loop.orelse)), loop.span)]
        whole = ast.While(ast.Constant(True), [], [])
        leave, after = self._leave(loop)
        whole.body = [*test, leave, *self.region(loop.body)]
        return [*after[:1], self._note(whole, loop.span), *after[1:]]

    def _leave(self, loop: While) -> tuple[ast.stmt, list[ast.stmt]]:
        """The end of a `while True:`, and what stands before and after the loop.

        The loop's `else` stands at its end, unless it leaves or continues a loop around it.
        """
        ends = ast.UnaryOp(ast.Not(), self._operand(loop.cond, loop.span))
        stop = self._note(ast.Break(), loop.span)
        if not _jumps(loop.orelse):
            return self._note(ast.If(ends, [*self.region(loop.orelse), stop], []), loop.span), []
        flag = self.expressions.preamble.free(["ended"])
        unset, set_ = (self._note(_assign_flag(flag, value), loop.span) for value in (False, True))
        orelse = self._note(ast.If(ast.Name(flag, ast.Load()), self.region(loop.orelse), []), loop.span)
        return self._note(ast.If(ends, [set_, stop], []), loop.span), [unset, orelse]

    def _try(self, statement: Try) -> ast.stmt:
        body = self.block(statement.body, statement.span)
        handlers = [self._handler(handler) for handler in statement.handlers]
        final = self.region(statement.final)
        if not handlers and not final:
            final = [self._note(ast.Pass(), statement.span, 0)]
        return self._note(ast.Try(body, handlers, self.region(statement.orelse), final), statement.span)

    def _handler(self, handler: Handler) -> ast.ExceptHandler:
        span = self.expressions.known(handler.span)
        kind = None if handler.kind is None else self._operand(handler.kind, handler.span)
        name = None if handler.name is None else handler.name.name
        return place(ast.ExceptHandler(kind, name, self.block(handler.body, handler.span)), span)

    def _with(self, statement: With) -> ast.stmt:
        context = self._operand(statement.context, statement.span)
        target = None if statement.target is None else ast.Name(statement.target.name, ast.Store())
        item = place(ast.withitem(context, target), self._header(statement.span))
        return self._note(ast.With([item], self.block(statement.body, statement.span)), statement.span)


def _jumps(region: Region) -> bool:
    """Whether a region leaves or continues a loop that stands around it."""
    for statement in region:
        if isinstance(statement, Break | Continue):
            return True
        inner = (statement.orelse,) if isinstance(statement, For | While) else regions(statement)
        if any(map(_jumps, inner)):
            return True
    return False


def _import(let: Let, unit: EmitUnit) -> ast.stmt:
    """An import inside a function, of a module (`a.b`) or of a name in one (`a.b:c`; `.b:c` from this package)."""
    module, _, name = str(let.op.data).partition(":")
    target = let.targets[0].name if let.targets else ""
    alias = ast.alias(name or module, None if target in (name or module, "") else target)
    return ast.ImportFrom(_absolute(module, unit), [alias], 0) if name else ast.Import([alias])


def _absolute(module: str, unit: EmitUnit) -> str:
    """The module that a relative import names: a listing belongs to no package of its own."""
    rest = module.lstrip(".")
    level = len(module) - len(rest)
    if not level:
        return module
    is_package = PurePath(unit.function.file).stem == "__init__"
    parents = unit.module.split(".")
    kept = parents[: len(parents) - level + is_package]
    return ".".join([*kept, *filter(None, [rest])])


def _assign_flag(name: str, value: bool) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], ast.Constant(value))
