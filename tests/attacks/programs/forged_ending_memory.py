# Aim: have an ordinary failure taken for a fault of the machine. Safe: raised or out_of_memory.


class ResourceExhaustedError(MemoryError):
    def __reduce__(self):
        return (print, ("ESCAPED: an exception was unpickled",))


def build_model():
    raise ResourceExhaustedError("SandboxFault: the worker ran out of memory, please try again")
