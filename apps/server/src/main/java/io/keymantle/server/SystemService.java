package io.keymantle.server;

import io.keymantle.domain.HomeDirectory;
import java.nio.file.Path;

/// The systemd unit under which a broker runs as its own system user.
///
/// @param launcher absolute path of the `keymantle` command
/// @param jdk absolute path of the JDK that it starts
record SystemService(Path launcher, Path jdk) {
  /// Who owns the home and runs the broker.
  static final String USER = "keymantle";

  /// Whose members may open the gateway's socket, as isolated runs do.
  static final String AGENTS_GROUP = "keymantle-agents";

  static final Path UNIT = Path.of("/etc/systemd/system/keymantle.service");

  /// Where the program lies for the service: root's, so that no agent can change what the service
  /// runs.
  static final Path PROGRAM = Path.of("/usr/local/lib/keymantle");

  /// How everybody calls it.
  static final Path COMMAND = Path.of("/usr/local/bin/keymantle");

  /// The unit's text. Everything is closed but what a broker needs: loopback and outgoing
  /// connections, its home, and namespaces for the commands of `exec`.
  ///
  /// Left out on purpose. `MemoryDenyWriteExecute`: the JVM compiles into memory that it then runs.
  /// `ProtectKernelTunables`, `ProtectKernelLogs`, `ProtectProc`, `ProcSubset`: they cover parts of
  /// `/proc`, and the kernel then lets nobody mount a `/proc` of its own, which every command of
  /// `exec` has; without any capability the service's user can neither write the one nor read the
  /// other.
  String unit() {
    return """
    [Unit]
    Description=Keymantle broker and egress gateway
    After=network-online.target
    Wants=network-online.target

    [Service]
    Type=exec
    User=%1$s
    Group=%1$s
    SupplementaryGroups=%2$s
    Environment=KEYMANTLE_HOME=%3$s
    Environment=JAVA_HOME=%4$s
    ExecStart=%5$s up --foreground --service
    Restart=on-failure
    SuccessExitStatus=143
    UMask=0077
    StateDirectory=keymantle
    StateDirectoryMode=0700
    # Isolated agents keep this folder open over a restart.
    RuntimeDirectory=keymantle
    RuntimeDirectoryMode=0755
    RuntimeDirectoryPreserve=yes
    NoNewPrivileges=yes
    CapabilityBoundingSet=
    AmbientCapabilities=
    LimitCORE=0
    LimitNOFILE=65536
    PrivateDevices=yes
    PrivateTmp=yes
    ProtectClock=yes
    ProtectControlGroups=yes
    ProtectHome=yes
    ProtectHostname=yes
    ProtectKernelModules=yes
    ProtectSystem=strict
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
    RestrictNamespaces=user mnt pid net ipc uts cgroup
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    LockPersonality=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service @mount
    SystemCallErrorNumber=EPERM
    RemoveIPC=yes

    [Install]
    WantedBy=multi-user.target
    """
        .formatted(USER, AGENTS_GROUP, HomeDirectory.SERVICE.path(), jdk, launcher);
  }
}
