"""Keep garbage collections short in a process that lives long: what it is made of is not looked through again.

A process of ours holds some hundred thousand objects that live as long as it does: modules, tables, templates. Python
looks through all of them each time it collects its oldest generation, 0.1 s during which no thread goes on, and whoever
waits for a verdict waits too. https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc


def settle() -> None:
    """Leave everything that is there now out of later collections; call it once, when everything has started."""
    gc.collect()
    gc.freeze()
