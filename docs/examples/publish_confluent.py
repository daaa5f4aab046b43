"""One port call into Kafka with confluent-kafka. Usage: publish_confluent.py [BOOTSTRAP]"""

import io
import json
import struct
import sys
from datetime import datetime
from pathlib import Path

import fastavro
from confluent_kafka import Producer

SCHEMA_ID = 1_000_002  # berth, version 1: schemas/avro/ids.yaml
schema = fastavro.parse_schema(json.loads(Path("schemas/avro/berth.v1.avsc").read_text("utf-8")))
now = datetime.now().astimezone()
event = {
    "event_id": f"call-{now:%Y%m%d%H%M%S}",
    "source_party": "QQCT",
    "source_system": "TOS",
    "event_type": "PORT_CALL",
    "classifier": "EST",
    "event_time": now,
    "updated_time": now,
    "port": "qingdao",
    "vessel_id": "IMO:9399038",
    "voyage_in": "012W",
    "service": "BERTH",
    "call_event": "ARRI",
    "phase": "INBD",
}

value = io.BytesIO()
value.write(struct.pack(">bI", 0, SCHEMA_ID))
fastavro.schemaless_writer(value, schema, event)

producer = Producer(
    {
        "bootstrap.servers": sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9092",
        "acks": "all",  # what a retry writes twice is known by its event_id
        "partitioner": "murmur2_random",  # the same box on the same partition whoever sends it
    }
)


def told(error, message):
    print(error or f"written to {message.topic()}, partition {message.partition()}, offset {message.offset()}")


producer.produce("qingdao.berth.v1", key=b"IMO:9399038", value=value.getvalue(), on_delivery=told)
producer.flush(30)
