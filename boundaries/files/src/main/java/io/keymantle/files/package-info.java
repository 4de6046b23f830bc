/// Writes files that must hold values, mode 0600, and lets people edit them without seeing the
/// values: openclaw.json, with OpenClaw's own sentinel in their place.
///
/// Use [ConfigurationEditor] to open, save and protect a file; faces carry its
/// [OpenedConfiguration], which holds no secret. Use [UnfinishedSave] at the start, after a crash.
/// docs/openclaw-config.md is the guide.
@NullMarked
package io.keymantle.files;

import org.jspecify.annotations.NullMarked;
