"""Child process that tries the Rust codec on schemas and answers which ones it reads and writes exactly as fastavro.

A panic there is a BaseException and an abort ends the process: neither may happen to a worker, so it happens here.
Input: JSON lines ``{"key", "text", "datums": [hex]}``. Output per line: ``key decode|encode|none``, flushed at once.
Run by `schemas.fast`; it imports nothing of ours.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from typing import Any

import fastavro
import pyruhvro


def verdict(text: str, datums: list[bytes]) -> str:
    """``encode`` = reads and writes alike, ``decode`` = reads alike, ``none`` = do not use."""
    declared = json.loads(text)
    parsed = fastavro.parse_schema(json.loads(text))
    expected = [fastavro.schemaless_reader(io.BytesIO(d), parsed, None) for d in datums]
    level = "none"
    try:
        batch = pyruhvro.deserialize_array(datums, text)
        if batch.to_pylist() != expected:
            return level
        end = struct.pack("<d", 1.5)
        declared["fields"].append({"name": "end_", "type": "double"})
        ended: Any = pyruhvro.deserialize_array([d + end for d in datums], json.dumps(declared))
        if ended.column("end_").to_pylist() != [1.5] * len(datums):
            return level
        level = "decode"
        written = [bytes(b) for part in pyruhvro.serialize_record_batch(batch, text, 1) for b in part.to_pylist()]
        return "encode" if written == datums else level
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a Rust panic is no Exception; saying so is this process's purpose
        return level


if __name__ == "__main__":
    for line in sys.stdin:
        task = json.loads(line)
        print(task["key"], verdict(task["text"], [bytes.fromhex(d) for d in task["datums"]]), flush=True)
