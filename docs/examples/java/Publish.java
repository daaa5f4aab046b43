import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One gate event into Kafka. Arguments: the schema's file, and the broker (default 127.0.0.1:9092). */
public class Publish {
    static final int SCHEMA_ID = 1_000_001; // gate, version 1: schemas/avro/ids.yaml

    public static void main(String[] args) throws Exception {
        Schema schema = new Schema.Parser().parse(Path.of(args[0]).toFile());
        long now = Instant.now().toEpochMilli();
        GenericRecord event = new GenericRecordBuilder(schema) // fields that are not set take their defaults
            .set("event_id", "java-" + now)
            .set("source_party", "QQCT")
            .set("source_system", "TOS")
            .set("event_type", "GATE_MOVE")
            .set("classifier", new org.apache.avro.generic.GenericData.EnumSymbol(schema.getField("classifier").schema(), "ACT"))
            .set("event_time", now)
            .set("updated_time", now)
            .set("port", "qingdao")
            .set("container_no", "CSQU3054383")
            .set("move", new org.apache.avro.generic.GenericData.EnumSymbol(schema.getField("move").schema().getTypes().get(1), "OUT"))
            .build();

        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(ByteBuffer.allocate(5).put((byte) 0).putInt(SCHEMA_ID).array()); // Confluent wire format
        var encoder = EncoderFactory.get().binaryEncoder(value, null);
        new GenericDatumWriter<GenericRecord>(schema).write(event, encoder);
        encoder.flush();

        Map<String, Object> settings = Map.of("bootstrap.servers", args.length > 1 ? args[1] : "127.0.0.1:9092", "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var written = producer.send(new ProducerRecord<>("qingdao.gate.v1", "CSQU3054383", value.toByteArray())).get();
            System.out.println("written to " + written);
        }
    }
}
