using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Records of foreign producers in every topic.</summary>
internal static class RecordMoves
{
    private const string Inputs = "foreign records in inputs";
    private const string Tables = "foreign records in tables";
    private const string Forged = "forged members";

    /// <summary>Random values for each input topic.</summary>
    private const int Noises = 6;

    /// <summary>A byte that begins no protobuf field.</summary>
    private const byte NoField = 0x07;

    public static IEnumerable<HostileMove> Create(Random random, TopicCatalog catalog, DateTimeOffset now) =>
        [.. IntoInputs(random, catalog), .. IntoTables(random, catalog), .. Members(now.ToUnixTimeMilliseconds())];

    private static IEnumerable<HostileMove> IntoInputs(Random random, TopicCatalog catalog)
    {
        foreach (var topic in FeedGeneratorStages.Inputs)
        {
            (string Name, Message<byte[]?, byte[]?> Message)[] records =
            [
                ("'x' without headers", Record("k"u8, "x"u8)),
                ("no value", new() { Key = "k"u8.ToArray() }),
                ("neither key nor value", new()),
                ("a traceparent without a value", Record("k"u8, [NoField], (RecordHeaders.TraceParent, null))),
                ("a traceparent of noise", Record("k"u8, [NoField], (RecordHeaders.TraceParent, Noise(random, 300)))),
                ("an edge without a sequence", Record("k"u8, [NoField], (RecordHeaders.EdgeSource, "hostile"u8.ToArray()))),
                ("an edge with a short sequence", Record("k"u8, [NoField], (RecordHeaders.EdgeSource, "hostile"u8.ToArray()), (RecordHeaders.EdgeSequence, [1]))),
                ("an edge with a negative sequence", Record("k"u8, [NoField], (RecordHeaders.EdgeSource, "hostile"u8.ToArray()), (RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(-1)))),
                ("a source of 100,000 bytes", Record("k"u8, [NoField], (RecordHeaders.EdgeSource, Noise(random, 100_000)), (RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(1)))),
                ("a hundred headers", Record("k"u8, [NoField], [.. Enumerable.Range(0, 100).Select(i => ($"h{i}", (byte[]?)Noise(random, 10)))])),
                ("a key of noise", Record(Noise(random, 2_000), [NoField])),
                ("500,000 bytes of noise", Record("k"u8, [NoField, .. Noise(random, 500_000)])),
                .. Enumerable.Range(0, Noises).Select(i => ($"noise {i}", Record(Noise(random, 20), [NoField, .. Noise(random, random.Next(1, 400))]))),
            ];
            foreach (var (name, message) in records)
                yield return Write(Inputs, topic, random.Next(catalog[topic].Partitions), name, message) with { DeadLetters = 1 };
        }
    }

    private static IEnumerable<HostileMove> IntoTables(Random random, TopicCatalog catalog)
    {
        foreach (var topic in new[] { TopicNames.Members, TopicNames.HotKeys, TopicNames.PullPosts, TopicNames.ScalingDecisions, TopicNames.RebalanceEvents })
        {
            (string Name, Message<byte[]?, byte[]?> Message)[] records =
            [
                ("'garbage'", Record("k"u8, "garbage"u8)),
                ("no key", Record([], [NoField])),
                ("neither key nor value", new() { Key = [], Value = null }),
                ("a key that is no text", Record([0xC3, 0x28], [NoField])),
                ("a value of noise", Record("k2"u8, [NoField, .. Noise(random, 2_000)])),
                ("no value for an unknown key", new() { Key = "k3"u8.ToArray() }),
                ("headers without values", Record("k4"u8, [NoField], ("a", null), (RecordHeaders.TraceParent, null))),
            ];
            foreach (var (name, message) in records)
                yield return Write(Tables, topic, random.Next(catalog[topic].Partitions), name, message);
        }
    }

    /// <summary>Reports of members that there are not. They own nothing: who may write this topic may claim partitions.</summary>
    private static IEnumerable<HostileMove> Members(long now)
    {
        foreach (var endpoint in new[] { "http://evil.example/", "file:///etc/passwd", "http://user:secret@127.0.0.1:1/", "http://127.0.0.1:1/path?query", "not an address", "", "ftp://127.0.0.1/" })
            yield return Forge($"at '{endpoint}'", member => member.Endpoint = endpoint);
        foreach (var hours in new[] { -1_000_000, -1, 1, 1_000_000 })
            yield return Forge($"with a clock {hours:N0} hours off", member => member.ReportedAt += hours * 3_600_000L);
        yield return Forge("with a negative partition", member => member.Topics.Add(new MemberTopic { Topic = TopicNames.UserActions, Partitions = { -1 }, NextOffsets = { 0 }, CommittedOffsets = { 0 } }));
        yield return Forge("with arrays of different lengths", member => member.Topics.Add(new MemberTopic { Topic = TopicNames.UserActions, Partitions = { 1, 2, 3 }, NextOffsets = { 0 } }));
        yield return Forge("with a topic that is not there", member => member.Topics.Add(new MemberTopic { Topic = "nowhere", Partitions = { 1 }, NextOffsets = { 0 }, CommittedOffsets = { 0 } }));
        yield return Forge("with partition two billion", member => member.Topics.Add(new MemberTopic { Topic = TopicNames.UserActions, Partitions = { int.MaxValue }, NextOffsets = { 0 }, CommittedOffsets = { 0 } }));
        yield return Forge("that is busy for more than ever", member => (member.BusyRatio, member.TrueRate) = (double.NaN, double.PositiveInfinity));

        HostileMove Forge(string name, Action<Member> alter)
        {
            var member = new Member { MemberId = "hostile", ResourceName = "hostile", Endpoint = "http://127.0.0.1:1/", StartedAt = now, ReportedAt = now, Lanes = 1 };
            alter(member);
            return Write(Forged, TopicNames.Members, 0, name, new() { Key = "hostile"u8.ToArray(), Value = member.ToByteArray() });
        }
    }

    private static HostileMove Write(string family, string topic, int partition, string name, Message<byte[]?, byte[]?> message) => new(family, $"{topic}/{partition}: {name}", async (targets, cancellationToken) =>
    {
        await targets.Producer.ProduceAsync(new TopicPartition(topic, partition), message, cancellationToken);
        return null;
    });

    private static Message<byte[]?, byte[]?> Record(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, params (string Name, byte[]? Value)[] headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key.ToArray(), Value = value.ToArray(), Headers = [] };
        foreach (var (name, bytes) in headers)
            message.Headers.Add(name, bytes);
        return message;
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
