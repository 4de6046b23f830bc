package io.keymantle.sandbox;

import io.keymantle.sandbox.SystemCall.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The seccomp filter of a confined process, as a classic BPF program (`seccomp(2)`).
///
/// Refused are what namespaces do not separate: Unix sockets of visible folders, socket families
/// outside the network namespace (vsock), the kernel's keyring, pushing characters into the
/// terminal (TIOCSTI, TIOCLINUX); io_uring, which makes sockets without system calls; and calls
/// that agents do not need and the kernel got wrong most often: new user namespaces, mounts, BPF,
/// perf, userfaultfd, modules. A foreign architecture, whose numbers mean other calls, is killed.
///
/// Implementation note. Each rule is a block that ends in a return, behind `if (nr != N) skip it`,
/// so jumps stay short and forward. Arguments are compared by their low 32 bits, as the kernel
/// reads an int: a filter that looked at all 64 could be passed by setting a high bit. `clone3`
/// hides its flags behind a pointer and answers ENOSYS, upon which C libraries use `clone`.
/// `socketpair` stays for streams, which can never be connected elsewhere; a datagram pair could.
final class AgentFilter {
  private static final int LOAD = 0x20;
  private static final int AND = 0x54;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int JUMP_ANY_BIT = 0x45;
  private static final int RETURN = 0x06;

  private static final int ALLOW = 0x7fff0000;
  private static final int KILL_PROCESS = 0x80000000;
  private static final int ERRNO = 0x00050000;

  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EPROTONOSUPPORT = 93;
  private static final int EAFNOSUPPORT = 97;

  private static final int NUMBER_OFFSET = 0;
  private static final int ARCHITECTURE_OFFSET = 4;
  private static final int ARGUMENTS_OFFSET = 16;

  private static final int X32_BIT = 0x40000000;
  private static final int CLONE_NEWUSER = 0x10000000;
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541C;
  private static final int TYPE_MASK = 0xf;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;

  private static final List<SystemCall> PRETEND_MISSING =
      List.of(
          SystemCall.CLONE3,
          SystemCall.IO_URING_SETUP,
          SystemCall.IO_URING_ENTER,
          SystemCall.IO_URING_REGISTER);

  private static final List<SystemCall> REFUSED =
      List.of(
          SystemCall.SETNS,
          SystemCall.MOUNT,
          SystemCall.UMOUNT2,
          SystemCall.PIVOT_ROOT,
          SystemCall.OPEN_TREE,
          SystemCall.OPEN_TREE_ATTR,
          SystemCall.MOVE_MOUNT,
          SystemCall.FSOPEN,
          SystemCall.FSCONFIG,
          SystemCall.FSMOUNT,
          SystemCall.FSPICK,
          SystemCall.MOUNT_SETATTR,
          SystemCall.OPEN_BY_HANDLE_AT,
          SystemCall.KEYCTL,
          SystemCall.ADD_KEY,
          SystemCall.REQUEST_KEY,
          SystemCall.BPF,
          SystemCall.PERF_EVENT_OPEN,
          SystemCall.USERFAULTFD,
          SystemCall.SYSLOG,
          SystemCall.SWAPON,
          SystemCall.SWAPOFF,
          SystemCall.REBOOT,
          SystemCall.INIT_MODULE,
          SystemCall.FINIT_MODULE,
          SystemCall.DELETE_MODULE,
          SystemCall.KEXEC_LOAD,
          SystemCall.KEXEC_FILE_LOAD);

  private final Architecture architecture;
  private final boolean allowUnixSockets;
  private final List<Instruction> program = new ArrayList<>();

  private AgentFilter(Architecture architecture, boolean allowUnixSockets) {
    this.architecture = architecture;
    this.allowUnixSockets = allowUnixSockets;
  }

  /// The program as `struct sock_filter[]`, 8 bytes each, in native byte order.
  static byte[] program(Architecture architecture, boolean allowUnixSockets) {
    return new AgentFilter(architecture, allowUnixSockets).assemble();
  }

  private byte[] assemble() {
    add(LOAD, ARCHITECTURE_OFFSET);
    program.add(new Instruction(JUMP_EQUAL, 1, 0, architecture.audit()));
    add(RETURN, KILL_PROCESS);
    add(LOAD, NUMBER_OFFSET);
    if (architecture == Architecture.X86_64) {
      program.add(new Instruction(JUMP_AT_LEAST, 0, 1, X32_BIT));
      add(RETURN, KILL_PROCESS);
    }
    rule(SystemCall.SOCKET, socket());
    if (!allowUnixSockets) {
      rule(SystemCall.SOCKETPAIR, socketpair());
    }
    rule(SystemCall.IOCTL, ioctl());
    rule(SystemCall.CLONE, withoutUserNamespace());
    rule(SystemCall.UNSHARE, withoutUserNamespace());
    PRETEND_MISSING.forEach(call -> rule(call, List.of(refusal(ENOSYS))));
    REFUSED.forEach(call -> rule(call, List.of(refusal(EPERM))));
    add(RETURN, ALLOW);
    ByteBuffer bytes = ByteBuffer.allocate(program.size() * 8).order(ByteOrder.nativeOrder());
    for (Instruction instruction : program) {
      bytes
          .putShort((short) instruction.code)
          .put((byte) instruction.whenTrue)
          .put((byte) instruction.whenFalse)
          .putInt(instruction.operand);
    }
    return bytes.array();
  }

  private List<Instruction> socket() {
    List<Instruction> block = new ArrayList<>();
    block.add(argument(0));
    allowEqual(block, AF_INET);
    allowEqual(block, AF_INET6);
    allowEqual(block, AF_NETLINK);
    if (allowUnixSockets) {
      allowEqual(block, AF_UNIX);
    }
    block.add(refusal(EAFNOSUPPORT));
    return block;
  }

  private static List<Instruction> socketpair() {
    List<Instruction> block = new ArrayList<>();
    block.add(argument(1));
    block.add(new Instruction(AND, 0, 0, TYPE_MASK));
    allowEqual(block, SOCK_STREAM);
    allowEqual(block, SOCK_SEQPACKET);
    block.add(refusal(EPROTONOSUPPORT));
    return block;
  }

  private static List<Instruction> ioctl() {
    return List.of(
        argument(1),
        new Instruction(JUMP_EQUAL, 1, 0, TIOCSTI),
        new Instruction(JUMP_EQUAL, 0, 1, TIOCLINUX),
        refusal(EPERM),
        new Instruction(RETURN, 0, 0, ALLOW));
  }

  private static List<Instruction> withoutUserNamespace() {
    return List.of(
        argument(0),
        new Instruction(JUMP_ANY_BIT, 0, 1, CLONE_NEWUSER),
        refusal(EPERM),
        new Instruction(RETURN, 0, 0, ALLOW));
  }

  private void rule(SystemCall call, List<Instruction> block) {
    program.add(new Instruction(JUMP_EQUAL, 0, block.size(), call.number(architecture)));
    program.addAll(block);
  }

  private void add(int code, int operand) {
    program.add(new Instruction(code, 0, 0, operand));
  }

  private static void allowEqual(List<Instruction> block, int value) {
    block.add(new Instruction(JUMP_EQUAL, 0, 1, value));
    block.add(new Instruction(RETURN, 0, 0, ALLOW));
  }

  private static Instruction argument(int index) {
    return new Instruction(LOAD, 0, 0, ARGUMENTS_OFFSET + 8 * index);
  }

  private static Instruction refusal(int errno) {
    return new Instruction(RETURN, 0, 0, ERRNO | errno);
  }

  /// One `struct sock_filter`.
  private record Instruction(int code, int whenTrue, int whenFalse, int operand) {}
}
