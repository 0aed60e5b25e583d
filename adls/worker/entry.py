"""Where a worker starts: a script that any Python since 2.7 can read, so that an old one can be told from a wrong one.

It runs in the interpreter that the user chose. Its one folder on `sys.path` goes at once; adls is reached by its
location alone, so that nothing else that lies beside adls can be imported by the program. A process that the
program starts with `multiprocessing` may import this file once more: then it does nothing.
"""

import sys

if __name__ == "__main__":
    # What Python itself has loaded: a program's own modules cannot replace these.
    STARTED_WITH = frozenset(sys.modules)

    import os

    HERE = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == HERE:
        del sys.path[0]

    import json

    REQUEST, REPLY = int(sys.argv[1]), int(sys.argv[2])
    hello = {
        "kind": "hello",
        "protocol": 1,
        "python": "%d.%d.%d" % sys.version_info[:3],
        "new_enough": sys.version_info >= (3, 11),
        "numpy": "",
        "problem": "",
    }
    if hello["new_enough"]:
        try:
            import numpy

            if not hasattr(numpy, "ndarray"):
                raise ImportError("`import numpy` finds %s, which is not NumPy" % numpy.__file__)
            hello["numpy"] = numpy.__version__
        except ModuleNotFoundError as error:
            hello["problem"] = "" if error.name == "numpy" else str(error)
        except Exception as error:  # A broken NumPy fails with anything.
            hello["problem"] = "%s: %s" % (type(error).__name__, str(error).strip().split("\n")[0])
    os.write(REPLY, (json.dumps(hello) + "\n").encode("ascii"))

    if hello["numpy"]:
        import importlib.util

        place = os.path.dirname(HERE)
        if sys.argv[3:] == ["prefer-installed"]:
            # The program may have been written for the adls that its environment has: that one runs, if it can.
            found = importlib.util.find_spec("adls")
            theirs = os.path.dirname(found.origin or "") if found is not None else ""
            said = os.path.join(theirs, "launch", "protocol.py")
            if theirs and os.path.exists(said):
                with open(said) as file:
                    place = theirs if "\nPROTOCOL = 1 " in file.read() else place
        spec = importlib.util.spec_from_file_location(
            "adls", os.path.join(place, "__init__.py"), submodule_search_locations=[place]
        )
        assert spec is not None and spec.loader is not None
        sys.modules["adls"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["adls"])

        from adls.worker.serve import serve

        serve(REQUEST, REPLY, STARTED_WITH)
