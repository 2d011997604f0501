using Confluent.Kafka;

namespace StreamSocial.Kafka.Records;

/// <summary>Space that records take in a log. Who bounds it and who makes room must count alike, or one waits for the other.</summary>
public static class LogSize
{
    /// <summary>Besides key, value and headers: framing, rounded up.</summary>
    private const int OverheadBytes = 96;

    /// <summary>Bytes of a record, rounded up.</summary>
    public static int Of(Message<byte[]?, byte[]?> message)
    {
        var bytes = OverheadBytes + (message.Key?.Length ?? 0) + (message.Value?.Length ?? 0);
        for (var i = 0; i < message.Headers?.Count; i++)
            bytes += message.Headers[i].Key.Length + (message.Headers[i].GetValueBytes()?.Length ?? 0);
        return bytes;
    }
}
