"""One gate event into Kafka with kafka-python and fastavro. Usage: publish_kafka_python.py [BOOTSTRAP]"""

import io
import json
import struct
import sys
from datetime import datetime
from pathlib import Path

import fastavro
from kafka import KafkaProducer

SCHEMA_ID = 1_000_001  # gate, version 1: schemas/avro/ids.yaml
schema = fastavro.parse_schema(json.loads(Path("schemas/avro/gate.v1.avsc").read_text("utf-8")))
now = datetime.now().astimezone()
event = {
    "event_id": f"demo-{now:%Y%m%d%H%M%S}",
    "source_party": "QQCT",
    "source_system": "TOS",
    "event_type": "GATE_MOVE",
    "classifier": "ACT",
    "event_time": now,
    "updated_time": now,
    "port": "qingdao",
    "container_no": "CSQU3054383",
    "move": "IN",
}

value = io.BytesIO()
value.write(struct.pack(">bI", 0, SCHEMA_ID))  # Confluent wire format: a zero, and the schema's id
fastavro.schemaless_writer(value, schema, event)

producer = KafkaProducer(bootstrap_servers=sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9092", acks="all")
written = producer.send("qingdao.gate.v1", key=b"CSQU3054383", value=value.getvalue()).get(timeout=30)
print(f"written to {written.topic}, partition {written.partition}, offset {written.offset}")
