package io.keymantle.server;

import java.nio.file.Path;

/// The systemd unit under which a broker runs as its own system user.
///
/// @param launcher absolute path of the `keymantle` command
/// @param user the system user
/// @param home the home of the service
record SystemService(Path launcher, String user, Path home) {
  static final String USER = "keymantle";
  static final Path HOME = Path.of("/var/lib/keymantle");
  static final Path UNIT = Path.of("/etc/systemd/system/keymantle.service");

  /// The unit's text. Everything is closed but what a broker needs: loopback and outgoing
  /// connections, and its home.
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
    Environment=KEYMANTLE_HOME=%2$s
    ExecStart=%3$s up --foreground
    Restart=on-failure
    UMask=0077
    StateDirectory=keymantle
    StateDirectoryMode=0700
    RuntimeDirectory=keymantle
    RuntimeDirectoryMode=0755
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
    ProtectKernelLogs=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    ProtectProc=invisible
    ProtectSystem=strict
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    LockPersonality=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service @mount
    RemoveIPC=yes

    [Install]
    WantedBy=multi-user.target
    """
        .formatted(user, home, launcher);
  }
}
