"""The Python that templates become: Jinja's own, with what every page runs thousands of times made short.

A value that is printed passes one function where it is plain text, and an attribute that was found
harmless for a type of answers is read without asking again. What is printed, and what is refused, stays
the same.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from markupsafe import escape

from sitegen.pages.looks import looks_of

__all__ = ["Code", "escaped"]


def escaped(text: str) -> str:
    """Return a plain text for HTML or XML; most hold nothing to escape, and are told by that quickly."""
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        return escape(text)
    return text


class Code(CodeGenerator):
    """Generates the code of templates, for an environment with `holders`, `as_html` and `as_text`.

    `_v` is the value in hand: it is set and read again within one expression, with nothing in between.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - as Jinja has it
        """Add the names that the code has besides Jinja's own."""
        self.writeline(f"from {__name__} import escaped")
        super().visit_Template(node, frame)
        # Last, because it goes through the tree as Jinja does, and would tell what is wrong there without the file.
        self.writeline(f"looks = {looks_of(node)!r}")

    def visit_EvalContextModifier(self, node: nodes.EvalContextModifier, frame: Frame) -> None:  # noqa: N802 - the same
        """Leave what a filter says of escaping to each page: the code is that of any site."""
        super().visit_EvalContextModifier(node, frame)
        if not all(isinstance(option.value, nodes.Const) for option in node.options):
            frame.eval_ctx.volatile = True

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - as Jinja has it
        """Read a public attribute at once where the type of the value is known to hold it."""
        name = node.attr
        # Python would read these as something else.
        if name.startswith("_") or iskeyword(name) or not name.isascii():
            super().visit_Getattr(node, frame)
            return
        self.write(f"(_v.{name} if type(_v := ")
        self.visit(node.node, frame)
        self.write(f") in environment.holders[{name!r}] else environment.getattr(_v, {name!r}))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - Jinja's own
        if frame.eval_ctx.volatile:
            super()._output_child_pre(node, frame, finalize)
        elif frame.eval_ctx.autoescape:
            self.write("(escaped(_v) if type(_v := ")
        else:
            self.write("(_v if type(_v := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - the same
        if frame.eval_ctx.volatile:
            super()._output_child_post(node, frame, finalize)
        else:
            other = "as_html" if frame.eval_ctx.autoescape else "as_text"
            self.write(f") is str else _v if type(_v) is Markup else environment.{other}(_v))")
