// Made murmur2-vectors.tsv with Kafka's own client (kafka-clients 4.3.1):
//   java -cp "$KAFKA_HOME/libs/*" Murmur2Vectors.java > murmur2-vectors.tsv
// Columns: key in hexadecimal, murmur2, partition of 1000, of 500, of 10.
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

class Murmur2Vectors {
    public static void main(String[] args) {
        List<byte[]> keys = new ArrayList<>();
        for (String key : new String[] {"", "a", "ab", "abc", "abcd", "abcde", "21", "foobar", "user-88", "u88", "Zürich", "名前", "🙂", "content#3"})
            keys.add(key.getBytes(StandardCharsets.UTF_8));
        for (int user = 0; user < 40; user++)
            keys.add(Integer.toString(user * 7919).getBytes(StandardCharsets.UTF_8));
        Random random = new Random(20120704);
        for (int length = 1; length <= 40; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            keys.add(key);
        }
        byte[] large = new byte[1000];
        random.nextBytes(large);
        keys.add(large);
        for (byte[] key : keys)
            System.out.println(HexFormat.of().formatHex(key) + "\t" + Utils.murmur2(key) + "\t" + BuiltInPartitioner.partitionForKey(key, 1000)
                + "\t" + BuiltInPartitioner.partitionForKey(key, 500) + "\t" + BuiltInPartitioner.partitionForKey(key, 10));
    }
}
