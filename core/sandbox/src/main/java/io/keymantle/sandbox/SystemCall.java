package io.keymantle.sandbox;

/// The system calls that [AgentFilter] knows, with their numbers (Linux `unistd.h`; from 424 on
/// they are the same on every architecture).
enum SystemCall {
  IOCTL(16, 29),
  SOCKET(41, 198),
  SOCKETPAIR(53, 199),
  CLONE(56, 220),
  SYSLOG(103, 116),
  PIVOT_ROOT(155, 41),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SWAPON(167, 224),
  SWAPOFF(168, 225),
  REBOOT(169, 142),
  INIT_MODULE(175, 105),
  DELETE_MODULE(176, 106),
  KEXEC_LOAD(246, 104),
  ADD_KEY(248, 217),
  REQUEST_KEY(249, 218),
  KEYCTL(250, 219),
  UNSHARE(272, 97),
  PERF_EVENT_OPEN(298, 241),
  OPEN_BY_HANDLE_AT(304, 265),
  SETNS(308, 268),
  FINIT_MODULE(313, 273),
  KEXEC_FILE_LOAD(320, 294),
  BPF(321, 280),
  USERFAULTFD(323, 282),
  IO_URING_SETUP(425, 425),
  IO_URING_ENTER(426, 426),
  IO_URING_REGISTER(427, 427),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  FSPICK(433, 433),
  CLONE3(435, 435),
  MOUNT_SETATTR(442, 442),
  OPEN_TREE_ATTR(467, 467);

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  int number(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> x86;
      case AARCH64 -> arm;
    };
  }

  /// The architectures for which filters are built, with their `AUDIT_ARCH_…` number.
  enum Architecture {
    X86_64(0xC000003E),
    AARCH64(0xC00000B7);

    private final int audit;

    Architecture(int audit) {
      this.audit = audit;
    }

    int audit() {
      return audit;
    }

    /// @param name the system property `os.arch`
    static Architecture named(String name) {
      return switch (name) {
        case "amd64", "x86_64" -> X86_64;
        case "aarch64" -> AARCH64;
        default -> throw new IllegalArgumentException("no filter for " + name);
      };
    }
  }
}
