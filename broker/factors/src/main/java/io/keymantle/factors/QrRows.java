package io.keymantle.factors;

import io.nayuki.qrcodegen.QrCode;
import java.util.ArrayList;
import java.util.List;

/// A QR code as rows of modules.
final class QrRows {
  private QrRows() {}

  /// @return a row each, `1` for a dark module; without the quiet zone
  static List<String> of(String text) {
    QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
    List<String> rows = new ArrayList<>(code.size);
    for (int y = 0; y < code.size; y++) {
      StringBuilder row = new StringBuilder(code.size);
      for (int x = 0; x < code.size; x++) {
        row.append(code.getModule(x, y) ? '1' : '0');
      }
      rows.add(row.toString());
    }
    return rows;
  }
}
