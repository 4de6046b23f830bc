package io.keymantle.files;

import io.keymantle.control.SettingStore;
import io.keymantle.keys.PrivateFiles;
import java.nio.file.Path;

/// What a crash in the middle of a save leaves beside the file: its new text, with its secrets, in
/// a temporary file. The home remembers which file is written, so that the next start deletes it.
///
/// One file is written at a time, so one name is enough; it stays when the save is done, for after
/// that there is nothing left to delete.
public final class UnfinishedSave {
  private static final String SETTING = "openclaw.saving";

  private final SettingStore settings;

  public UnfinishedSave(SettingStore settings) {
    this.settings = settings;
  }

  /// Durable when it returns. To be called before anything is written.
  void begin(Path file) {
    String name = file.toString();
    if (!settings.setting(SETTING).filter(name::equals).isPresent()) {
      settings.putSetting(SETTING, name);
    }
  }

  /// Deletes what the last save has left, if it was cut off. To be called once at the start.
  public void clear() {
    settings.setting(SETTING).map(Path::of).ifPresent(PrivateFiles::deleteTemporary);
  }
}
