using System.Buffers.Binary;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>What a topic's partitions hold, as their brokers have it on disk.</summary>
/// <param name="Batches">Batches, those of markers of transactions included.</param>
/// <param name="Records">Records in them.</param>
/// <param name="Bytes">Bytes of the batches.</param>
internal sealed record LogBatches(long Batches, long Records, long Bytes)
{
    /// <summary>https://kafka.apache.org/documentation/#recordbatch: base offset and length come before what the length counts.</summary>
    private const int LengthOffset = 8;
    private const int PrefixBytes = 12;
    private const int RecordsOffset = 57;
    private const int HeaderBytes = 61;

    /// <summary>Counts the batches of one copy of each partition.</summary>
    /// <param name="dataDirectories">The brokers' directories; they may write meanwhile, and a batch that is not whole yet does not count.</param>
    /// <param name="topic">The topic.</param>
    public static LogBatches Count(IEnumerable<string> dataDirectories, string topic)
    {
        var partitions = new Dictionary<string, LogBatches>();
        foreach (var directory in dataDirectories.SelectMany(data => Directory.EnumerateDirectories(data, $"{topic}-*")))
        {
            var name = Path.GetFileName(directory);
            if (!int.TryParse(name.AsSpan(topic.Length + 1), out _))
                continue;
            var copy = Directory.EnumerateFiles(directory, "*.log").Select(CountSegment).Aggregate(new LogBatches(0, 0, 0), static (sum, segment) => sum + segment);
            if (partitions.GetValueOrDefault(name) is not { } other || copy.Batches > other.Batches)
                partitions[name] = copy;
        }

        return partitions.Values.Aggregate(new LogBatches(0, 0, 0), static (sum, partition) => sum + partition);
    }

    public static LogBatches operator +(LogBatches left, LogBatches right) => new(left.Batches + right.Batches, left.Records + right.Records, left.Bytes + right.Bytes);

    private static LogBatches CountSegment(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        Span<byte> header = stackalloc byte[HeaderBytes];
        var counted = new LogBatches(0, 0, 0);
        for (long position = 0; ;)
        {
            file.Position = position;
            if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
                return counted;
            var length = PrefixBytes + BinaryPrimitives.ReadInt32BigEndian(header[LengthOffset..]);
            // A segment is preallocated with zeros on some systems.
            if (length <= HeaderBytes || position + length > file.Length)
                return counted;
            counted += new LogBatches(1, BinaryPrimitives.ReadInt32BigEndian(header[RecordsOffset..]), length);
            position += length;
        }
    }
}
