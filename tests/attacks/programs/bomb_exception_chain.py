# Aim: raise an exception that refers to itself, through a class that resists being looked at. Safe: raised.


class Nasty(Exception):
    __traceback__ = property(lambda self: 1 / 0)

    def __str__(self):
        return repr([self] * 3)

    def __repr__(self):
        return str(self)


def build_model():
    error = Nasty("x" * 100_000)
    error.__context__ = error.__cause__ = error
    raise error
