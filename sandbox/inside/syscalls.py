"""System calls that a child has no business with, by number.

Both columns agree with the kernel's headers (asm/unistd_64.h and asm-generic/unistd.h), which a test checks where they
are installed. The aarch64 column has not been run on such a machine.
"""

from typing import NamedTuple


class Numbers(NamedTuple):
    """One call's number on each architecture; ``None`` where it does not exist."""

    x86_64: int | None
    aarch64: int | None


#: Refused with "operation not permitted".
REFUSED: dict[str, Numbers] = {
    # starting programs and processes (clone is judged by its flags)
    "fork": Numbers(57, None),
    "vfork": Numbers(58, None),
    "execve": Numbers(59, 221),
    "execveat": Numbers(322, 281),
    "setsid": Numbers(112, 157),
    "setpgid": Numbers(109, 154),
    # the network, and sockets of every kind (socketpair is judged by its arguments: asyncio needs it)
    "socket": Numbers(41, 198),
    "connect": Numbers(42, 203),
    "bind": Numbers(49, 200),
    "listen": Numbers(50, 201),
    "accept": Numbers(43, 202),
    "accept4": Numbers(288, 242),
    # looking into other processes, and signals that name no thread group (kill is judged by its target)
    "ptrace": Numbers(101, 117),
    "process_vm_readv": Numbers(310, 270),
    "process_vm_writev": Numbers(311, 271),
    "process_madvise": Numbers(440, 440),
    "kcmp": Numbers(312, 272),
    "pidfd_open": Numbers(434, 434),
    "pidfd_getfd": Numbers(438, 438),
    "pidfd_send_signal": Numbers(424, 424),
    "tkill": Numbers(200, 130),
    "rt_sigqueueinfo": Numbers(129, 138),
    "rt_tgsigqueueinfo": Numbers(297, 240),
    "process_mrelease": Numbers(448, 448),
    "get_robust_list": Numbers(274, 100),
    "migrate_pages": Numbers(256, 238),
    "move_pages": Numbers(279, 239),
    # how others of the same user are scheduled (sched_setaffinity is judged by its target)
    "setpriority": Numbers(141, 140),
    "ioprio_set": Numbers(251, 30),
    "sched_setparam": Numbers(142, 118),
    "sched_setscheduler": Numbers(144, 119),
    "sched_setattr": Numbers(314, 274),
    # shared memory and message queues
    "shmget": Numbers(29, 194),
    "shmat": Numbers(30, 196),
    "shmctl": Numbers(31, 195),
    "semget": Numbers(64, 190),
    "semop": Numbers(65, 193),
    "semctl": Numbers(66, 191),
    "semtimedop": Numbers(220, 192),
    "msgget": Numbers(68, 186),
    "msgsnd": Numbers(69, 189),
    "msgrcv": Numbers(70, 188),
    "msgctl": Numbers(71, 187),
    "mq_open": Numbers(240, 180),
    "mq_unlink": Numbers(241, 181),
    "mq_notify": Numbers(244, 184),
    "memfd_create": Numbers(319, 279),
    "memfd_secret": Numbers(447, 447),
    # parts of the kernel with a history
    "io_uring_setup": Numbers(425, 425),
    "io_uring_enter": Numbers(426, 426),
    "io_uring_register": Numbers(427, 427),
    "io_setup": Numbers(206, 0),
    "io_destroy": Numbers(207, 1),
    "io_getevents": Numbers(208, 4),
    "io_submit": Numbers(209, 2),
    "io_cancel": Numbers(210, 3),
    "io_pgetevents": Numbers(333, 292),
    "splice": Numbers(275, 76),
    "tee": Numbers(276, 77),
    "vmsplice": Numbers(278, 75),
    "remap_file_pages": Numbers(216, 234),
    "seccomp": Numbers(317, 277),
    "landlock_create_ruleset": Numbers(444, 444),
    "landlock_add_rule": Numbers(445, 445),
    "landlock_restrict_self": Numbers(446, 446),
    "lsm_set_self_attr": Numbers(460, 460),
    "setxattr": Numbers(188, 5),
    "lsetxattr": Numbers(189, 6),
    "fsetxattr": Numbers(190, 7),
    "userfaultfd": Numbers(323, 282),
    "bpf": Numbers(321, 280),
    "perf_event_open": Numbers(298, 241),
    "keyctl": Numbers(250, 219),
    "add_key": Numbers(248, 217),
    "request_key": Numbers(249, 218),
    "fanotify_init": Numbers(300, 262),
    "fanotify_mark": Numbers(301, 263),
    "modify_ldt": Numbers(154, None),
    "personality": Numbers(135, 92),
    "lookup_dcookie": Numbers(212, 18),
    "nfsservctl": Numbers(180, 42),
    "uselib": Numbers(134, None),
    "ustat": Numbers(136, None),
    "sysfs": Numbers(139, None),
    # mounts, namespaces, devices
    "mount": Numbers(165, 40),
    "umount2": Numbers(166, 39),
    "pivot_root": Numbers(155, 41),
    "chroot": Numbers(161, 51),
    "unshare": Numbers(272, 97),
    "setns": Numbers(308, 268),
    "open_tree": Numbers(428, 428),
    "move_mount": Numbers(429, 429),
    "fsopen": Numbers(430, 430),
    "fsconfig": Numbers(431, 431),
    "fsmount": Numbers(432, 432),
    "fspick": Numbers(433, 433),
    "mount_setattr": Numbers(442, 442),
    "statmount": Numbers(457, 457),
    "listmount": Numbers(458, 458),
    "open_by_handle_at": Numbers(304, 265),
    "name_to_handle_at": Numbers(303, 264),
    "mknod": Numbers(133, None),
    "mknodat": Numbers(259, 33),
    "quotactl": Numbers(179, 60),
    "quotactl_fd": Numbers(443, 443),
    "swapon": Numbers(167, 224),
    "swapoff": Numbers(168, 225),
    # the machine itself
    "reboot": Numbers(169, 142),
    "acct": Numbers(163, 89),
    "syslog": Numbers(103, 116),
    "init_module": Numbers(175, 105),
    "finit_module": Numbers(313, 273),
    "delete_module": Numbers(176, 106),
    "kexec_load": Numbers(246, 104),
    "kexec_file_load": Numbers(320, 294),
    "iopl": Numbers(172, None),
    "ioperm": Numbers(173, None),
    "settimeofday": Numbers(164, 170),
    "clock_settime": Numbers(227, 112),
    "adjtimex": Numbers(159, 171),
    "clock_adjtime": Numbers(305, 266),
    "sethostname": Numbers(170, 161),
    "setdomainname": Numbers(171, 162),
    "vhangup": Numbers(153, 58),
    "sync": Numbers(162, 81),
    "syncfs": Numbers(306, 267),
    # becoming somebody else
    "setuid": Numbers(105, 146),
    "setgid": Numbers(106, 144),
    "setreuid": Numbers(113, 145),
    "setregid": Numbers(114, 143),
    "setresuid": Numbers(117, 147),
    "setresgid": Numbers(119, 149),
    "setgroups": Numbers(116, 159),
    "setfsuid": Numbers(122, 151),
    "setfsgid": Numbers(123, 152),
    "capset": Numbers(126, 91),
}

#: Allowed or refused by their arguments.
CLONE = Numbers(56, 220)
CLONE3 = Numbers(435, 435)
KILL = Numbers(62, 129)
TGKILL = Numbers(234, 131)
PRCTL = Numbers(157, 167)
PRLIMIT = Numbers(302, 261)
IOCTL = Numbers(16, 29)
FCNTL = Numbers(72, 25)
SOCKETPAIR = Numbers(53, 199)
SCHED_SETAFFINITY = Numbers(203, 122)

#: Calls newer than this table answer "not implemented", as an older kernel would.
NEWEST_KNOWN = 462
