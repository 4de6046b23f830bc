package io.keymantle.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.sandbox.SystemCall.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The filter as the kernel would run it, for both architectures.
class AgentFilterTest {
  private static final int ALLOW = 0x7fff0000;
  private static final int KILL = 0x80000000;
  private static final int EPERM = 0x00050001;
  private static final int ENOSYS = 0x00050026;
  private static final int EAFNOSUPPORT = 0x00050061;
  private static final int EPROTONOSUPPORT = 0x0005005d;
  private static final long HIGH = 1L << 32;

  @ParameterizedTest
  @EnumSource
  void sockets_outsideTheNetworkNamespace_areRefused(Architecture architecture) {
    for (int family : new int[] {2, 10, 16}) {
      assertThat(run(architecture, false, SystemCall.SOCKET, family)).isEqualTo(ALLOW);
    }
    for (int family : new int[] {0, 1, 17, 31, 38, 40, 44, 45, -1}) {
      assertThat(run(architecture, false, SystemCall.SOCKET, family)).isEqualTo(EAFNOSUPPORT);
    }
    // The kernel reads an int: high bits must not hide a family.
    assertThat(run(architecture, false, SystemCall.SOCKET, HIGH + 1)).isEqualTo(EAFNOSUPPORT);
    assertThat(run(architecture, true, SystemCall.SOCKET, 1)).isEqualTo(ALLOW);
    assertThat(run(architecture, true, SystemCall.SOCKET, 40)).isEqualTo(EAFNOSUPPORT);
  }

  @ParameterizedTest
  @EnumSource
  void socketPairs_thatCouldBeConnectedElsewhere_areRefused(Architecture architecture) {
    int flags = 0x80800;
    for (long stream : new long[] {1, 5, 1 | flags}) {
      assertThat(run(architecture, false, SystemCall.SOCKETPAIR, 1, stream)).isEqualTo(ALLOW);
    }
    for (long datagram : new long[] {2, 3, 2 | flags, HIGH | 2}) {
      assertThat(run(architecture, false, SystemCall.SOCKETPAIR, 1, datagram))
          .isEqualTo(EPROTONOSUPPORT);
    }
    assertThat(run(architecture, true, SystemCall.SOCKETPAIR, 1, 2)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @EnumSource
  void terminal_cannotBeTypedInto(Architecture architecture) {
    for (long request : new long[] {0x5412, 0x541C, HIGH | 0x5412, HIGH | 0x541C}) {
      assertThat(run(architecture, true, SystemCall.IOCTL, 0, request)).isEqualTo(EPERM);
    }
    for (long request : new long[] {0x5413, 0x5401, 0x5411, 0x541D}) {
      assertThat(run(architecture, false, SystemCall.IOCTL, 0, request)).isEqualTo(ALLOW);
    }
  }

  @ParameterizedTest
  @EnumSource
  void userNamespaces_cannotBeMade_andThreadsCan(Architecture architecture) {
    assertThat(run(architecture, true, SystemCall.CLONE, 0x10000000 | 17)).isEqualTo(EPERM);
    assertThat(run(architecture, true, SystemCall.UNSHARE, 0x10000000)).isEqualTo(EPERM);
    assertThat(run(architecture, false, SystemCall.CLONE, 0x3d0f00)).isEqualTo(ALLOW);
    assertThat(run(architecture, false, SystemCall.CLONE3, 0)).isEqualTo(ENOSYS);
  }

  @ParameterizedTest
  @EnumSource
  void everyNamedCall_hasARule(Architecture architecture) {
    for (SystemCall call : SystemCall.values()) {
      int answer = run(architecture, false, call, 0x10000001, 0x5412);
      assertThat(answer).as(call.name()).isNotEqualTo(ALLOW);
    }
  }

  @ParameterizedTest
  @EnumSource
  void foreignArchitecture_isKilled(Architecture architecture) {
    byte[] program = AgentFilter.program(architecture, false);
    assertThat(run(program, 0x40000003, 1)).isEqualTo(KILL);
    for (Architecture other : Architecture.values()) {
      int answer = run(program, other.audit(), 1);
      assertThat(answer).isEqualTo(other == architecture ? ALLOW : KILL);
    }
    int x32 = run(program, architecture.audit(), 0x40000000 | 41);
    assertThat(x32).isEqualTo(architecture == Architecture.X86_64 ? KILL : ALLOW);
  }

  private static int run(
      Architecture architecture, boolean unixSockets, SystemCall call, long... arguments) {
    return run(
        AgentFilter.program(architecture, unixSockets),
        architecture.audit(),
        call.number(architecture),
        arguments);
  }

  /// Interprets the program over a `struct seccomp_data`.
  private static int run(byte[] program, int architecture, int number, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
    data.putInt(0, number).putInt(4, architecture);
    for (int i = 0; i < arguments.length; i++) {
      data.putLong(16 + 8 * i, arguments[i]);
    }
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
    int accumulator = 0;
    for (int at = 0; ; at++) {
      int operand = code.getInt(at * 8 + 4);
      int whenTrue = code.get(at * 8 + 2) & 0xff;
      int whenFalse = code.get(at * 8 + 3) & 0xff;
      switch (code.getShort(at * 8)) {
        case 0x20 -> accumulator = data.getInt(operand);
        case 0x54 -> accumulator &= operand;
        case 0x15 -> at += accumulator == operand ? whenTrue : whenFalse;
        case 0x35 ->
            at += Integer.compareUnsigned(accumulator, operand) >= 0 ? whenTrue : whenFalse;
        case 0x45 -> at += (accumulator & operand) != 0 ? whenTrue : whenFalse;
        case 0x06 -> {
          return operand;
        }
        default -> throw new AssertionError("unknown instruction");
      }
    }
  }
}
