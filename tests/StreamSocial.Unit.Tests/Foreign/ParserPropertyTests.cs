using System.IO.Compression;
using System.Text;
using CsCheck;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.Replay.Traces;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Lab;
using StreamSocial.Scaling.Lab.Loads;
using StreamSocial.Scaling.Lab.Model;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.State;

namespace StreamSocial.Unit.Tests.Foreign;

/// <summary>Arbitrary and mutated bytes in every parser of topics, changelogs, event ids and files.</summary>
public sealed class ParserPropertyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static readonly Member Report = new()
    {
        MemberId = "m", Endpoint = "http://h", StartedAt = 1, TrueRate = 5, BusyRatio = 0.5, Lanes = 2, Counters = new MemberCounters { EntriesLost = 1, RestoredBytes = 300 },
        Topics = { new MemberTopic { Topic = "t", Partitions = { 0, 300 }, NextOffsets = { -1, 7 }, CommittedOffsets = { -1, 5 } } },
        Tables = { new MemberTable { Topic = "x", NextOffsets = { 3 } } },
        Stages = { new StageCost { Topic = "t", Records = 3, Entries = 4, BusyMs = 2.5 } },
        Edges = { new EdgeAudit { Source = "s/1", Topic = "t", Partition = 1, Lost = 2 } },
    };

    private static readonly ScalingDecision Decision = new()
    {
        DecisionId = "d", DecidedAt = 5, Verdict = ScalingVerdict.ScaleOut, CurrentReplicas = 1, DesiredReplicas = 2, Terms = { ["x"] = 1.5 }, Unknown = { "replicas" },
        Override = new ScalingOverride { Kind = ScalingOverrideKind.Fixed, Replicas = 3, Until = 7 }, Outcome = new ScalingOutcome { MeasuredAt = 9, SecondsToSettle = 1 },
    };

    [Fact]
    public void MemberReports_AnyBytes_AreAReportThatCanBeShownOrAnError() => ParserAssert.Holds(
        ParserAssert.BytesLike(Report.ToByteArray()),
        bytes =>
        {
            var member = MemberReports.Read("m", bytes, Now);
            Assert.Equal(Now.ToUnixTimeMilliseconds(), member.ReportedAt);
            Assert.All(member.Topics.SelectMany(topic => topic.Partitions), partition => Assert.True(partition >= 0));
            _ = DateTimeOffset.FromUnixTimeMilliseconds(member.StartedAt);
        },
        IsDataError);

    [Fact]
    public void RebalanceEvents_AnyBytes_AreAnEventNearItsAppendTimeOrAnError() => ParserAssert.Holds(
        ParserAssert.BytesLike(new RebalanceEvent
        {
            MemberId = "m", Type = RebalanceEventType.Revoked, OccurredAt = Now.ToUnixTimeMilliseconds(), Duration = 3.5, Partitions = { new TopicPartitions { Topic = "t", Partitions = { 1, 2 } } },
        }.ToByteArray()),
        bytes => Assert.InRange(MemberReports.ReadEvent(bytes, Now).OccurredAt, Now.AddMinutes(-1).ToUnixTimeMilliseconds(), Now.AddMinutes(1).ToUnixTimeMilliseconds()),
        IsDataError);

    [Fact]
    public void Decisions_AnyBytes_AreADecisionOrAnError() => ParserAssert.Holds(
        ParserAssert.BytesLike(Decision.ToByteArray()),
        bytes => Assert.All(DecisionRecords.Read("d", bytes, Now).Terms.Values, term => Assert.True(double.IsFinite(term))),
        IsDataError);

    [Fact]
    public void PullPosts_AnyBytes_AreAnActionOrAnError() => ParserAssert.Holds(
        ParserAssert.BytesLike(new FeedUpdate { AuthorId = "star", ActionId = "a", Type = FeedEntryType.Post, PullNumber = 1, OccurredAt = 5, Text = "text", RecipientIds = { "r" } }.ToByteArray()),
        bytes => new PullPostsIndex().Apply("star/1", bytes),
        IsDataError);

    [Fact]
    public void Codecs_AnyBytes_AreAValueOrDamage()
    {
        var codecs = typeof(StateReader).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.GetInterfaces().Any(IsCodec))
            .Select(type => (Codec: Activator.CreateInstance(type)!, Value: type.GetInterfaces().First(IsCodec).GetGenericArguments()[0]))
            .ToList();
        Assert.True(codecs.Count >= 15, $"There are {codecs.Count} codecs.");
        foreach (var (codec, value) in codecs)
            typeof(ParserPropertyTests).GetMethod(nameof(Check), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.MakeGenericMethod(value).Invoke(null, [codec]);

        static bool IsCodec(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ICodec<>);
    }

    [Fact]
    public void EventIds_AnyText_AreAPositionOrNone()
    {
        Gen<byte[]> ids = ParserAssert.BytesLike("0000000a-7,5000;star=3;m%20x=4"u8.ToArray(), ";=;,-"u8.ToArray(), "-,"u8.ToArray());
        ParserAssert.Holds(ids, bytes => _ = StreamEventId.Parse(Encoding.Latin1.GetString(bytes)), _ => false, iterations: 20_000);
        ParserAssert.Holds(ids, bytes => FeedCursor.TryDecode(Encoding.Latin1.GetString(bytes), out _), _ => false, iterations: 20_000);
        var cursor = Encoding.ASCII.GetBytes(FeedCursor.Encode(new FeedPosition(5, "action", "author")));
        ParserAssert.Holds(ParserAssert.BytesLike(cursor), bytes => FeedCursor.TryDecode(Encoding.Latin1.GetString(bytes), out _), _ => false, iterations: 20_000);
    }

    [Fact]
    public void Traces_AnyBytes_AreLinesOrAnError()
    {
        var plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("223789 213163 1341100972 MT\n", 5)));
        ParserAssert.Holds(
            ParserAssert.BytesLike(plain, Compress(plain)),
            bytes =>
            {
                using var reader = new HiggsTraceReader(new MemoryStream(bytes), "trace");
                Assert.NotEmpty(reader.ReadLines());
            },
            e => e is TraceFormatException);
    }

    [Fact]
    public void Traces_OneEndlessLine_IsAnErrorInBoundedMemory()
    {
        var bomb = Compress(new byte[200_000_000]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = new HiggsTraceReader(new MemoryStream(bomb), "trace");
        Assert.Throws<TraceFormatException>(() => reader.ReadLines().Count());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void LabFiles_AnyBytes_AreOneOrAnError()
    {
        ParserAssert.Holds(
            ParserAssert.BytesLike(
                """{"version":1,"description":"d","topics":[{"topic":"t","partitions":2,"isDerived":false,"records":[[1,2],[3,4]]}]}"""u8.ToArray(),
                """{"version":1,"description":"d","topics":[null]}"""u8.ToArray(),
                """{"version":1,"description":"d","topics":[{"topic":"t","partitions":1,"isDerived":false,"records":[[-1e300]]}]}"""u8.ToArray()),
            bytes =>
            {
                using var file = new MemoryStream(bytes);
                var recording = Recording.Read(file, "recording");
                Assert.All(recording.Topics.SelectMany(topic => topic.Records).SelectMany(second => second), records => Assert.True(float.IsFinite(records) && records >= 0));
            },
            e => e is LabFileException);
        var path = Path.GetTempFileName();
        try
        {
            var good = """{"name":"n","source":"s","stages":[{"topic":"t","partitions":2,"recordsPerSecond":5}],"startDelay":"00:00:01","movePause":"00:00:01","stateBytesPerPartition":1,"restoreBytesPerSecond":2}"""u8.ToArray();
            ParserAssert.Holds(
                ParserAssert.BytesLike(good, """{"name":"n","source":"s","stages":[null],"startDelay":"00:00:01","movePause":"00:00:01","stateBytesPerPartition":1,"restoreBytesPerSecond":2}"""u8.ToArray()),
                bytes =>
                {
                    File.WriteAllBytes(path, bytes);
                    _ = Calibration.Read(path);
                },
                e => e is LabFileException,
                iterations: 1_000);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Check<T>(ICodec<T> codec) =>
        ParserAssert.Holds(ParserAssert.BytesLike([1, 3, 1, 65, 1, 66, 2], [3, 2, 4, 8, 20, 5, 1], [2, 1, 65, 9]), bytes => codec.Read(bytes), e => e is InvalidDataException, iterations: 1_000);

    private static bool IsDataError(Exception e) => e is InvalidDataException or InvalidProtocolBufferException;

    private static byte[] Compress(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
