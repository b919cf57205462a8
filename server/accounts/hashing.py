"""How passwords are hashed: slowly where people choose them, quickly where they are long and random.

There is deliberately no setting: a server cannot be told to hash weakly.
"""

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

#: For passwords that people choose: argon2id as its authors recommend it, tens of milliseconds.
USUAL = PasswordHash.recommended()

#: Slow hashing protects passwords that people choose. For a long random one a quick hash is as good, and thousands of
#: them take seconds instead of minutes; it serves once, as the person must choose a password then.
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=512, parallelism=1),))
