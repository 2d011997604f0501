using Google.Protobuf;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Tests.Cluster;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Poison;

/// <summary>What cannot be processed goes aside and can be sent back; what is no entry's fault stops its task alone.</summary>
public sealed class DeadLetterTests
{
    private static readonly byte[] Poison = [66];

    [Fact]
    public async Task Processor_Throws_EntryGoesAsideAfterItsTriesAndIsAppliedWhenReplayed()
    {
        var tries = 0;
        await using var cluster = new TestCluster
        {
            Refuse = payload => payload.AsSpan().SequenceEqual(Poison) && ++tries > 0 ? new FormatException("no such action") : null,
        };
        await using var member = await TestMember.StartAsync(cluster, "only", ("Streams:MaxTries", "4"));
        await member.WaitForTasksAsync(120);

        cluster.Send("a");
        cluster.Send("a", payload: Poison);
        cluster.Send("a");
        await Expect.EventuallyAsync("the others are applied", () => member.EntriesChecked == 2, () => $"{member.EntriesChecked}");
        var letter = Assert.Single(await ReadAsync(cluster, 1));

        Assert.Equal(4, tries);
        Assert.Equal((TestTopics.Lines, 1L, 0L, 4L), (letter.OriginTopic, letter.OriginOffset, letter.OriginEntry, letter.Tries));
        Assert.Equal((typeof(FormatException).FullName, "no such action"), (letter.ErrorType, letter.ErrorMessage));
        Assert.Equal(Poison, letter.Payload);

        cluster.Refuse = _ => null;
        Assert.Single(await new DeadLetterReplay(cluster.Settings).SendAsync([letter], timeout: null, TestContext.Current.CancellationToken));
        await Expect.EventuallyAsync("the replayed entry is applied", () => member.EntriesChecked == 3, () => $"{member.EntriesChecked}");
        Assert.Equal((0, 0), (member.OutOfTurn, member.Runtime.Audit.Lost));
    }

    [Fact]
    public async Task Record_IsDamaged_GoesAsideAsAWhole()
    {
        await using var cluster = new TestCluster();
        await using var member = await TestMember.StartAsync(cluster, "only");
        await member.WaitForTasksAsync(120);

        cluster.Send("a", payload: [255, 255, 255], announcesRun: true);
        cluster.Send("a");
        await Expect.EventuallyAsync("the next is applied", () => member.EntriesChecked == 1, () => $"{member.EntriesChecked}");

        var letter = Assert.Single(await ReadAsync(cluster, 1));
        Assert.Equal((-1L, 0L, typeof(InvalidDataException).FullName), (letter.OriginEntry, letter.OriginOffset, letter.ErrorType));
        Assert.Equal(0, member.Runtime.Audit.Lost);
    }

    /// <summary>The state has no place for an edge without a name: the numbers of all others would be taken for ones that may begin late.</summary>
    [Fact]
    public async Task Record_OfAnEdgeWithoutAName_CountsAsForeignAndARunOfItGoesAside()
    {
        await using var cluster = new TestCluster();
        await using var member = await TestMember.StartAsync(cluster, "only");
        await member.WaitForTasksAsync(120);

        for (var i = 0; i < 2; i++)
            await cluster.SendForeignAsync(TestTopics.Lines, "a", [1], (RecordHeaders.EdgeSource, []), (RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(5)));
        var run = new EntryRun { Entries = { new Entry { Payload = ByteString.CopyFrom(1) } } }.ToByteArray();
        await cluster.SendForeignAsync(TestTopics.Lines, "a", run, (RecordHeaders.EdgeRuns, new EdgeRuns { Runs = { new EdgeRun { First = 1, Entries = 1 } } }.ToByteArray()));
        cluster.Send("a");

        await Expect.EventuallyAsync("all others are applied", () => member.EntriesChecked == 3, () => $"{member.EntriesChecked}");
        Assert.Equal((0, 0), (member.OutOfTurn, member.Runtime.Audit.Lost));
        Assert.Contains("empty", Assert.Single(await ReadAsync(cluster, 1)).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processor_FailsForWantOfADisk_ItsTaskStopsAloneAndNothingGoesAside()
    {
        await using var cluster = new TestCluster { Refuse = payload => payload.AsSpan().SequenceEqual(Poison) ? new IOException("no space left") : null };
        await using var member = await TestMember.StartAsync(cluster, "only", ("Streams:MaxTaskRetryDelay", "00:00:00.2"));
        await member.WaitForTasksAsync(120);
        cluster.Send("a", payload: Poison);
        await Expect.EventuallyAsync("the task has failed several times", () => member.Runtime.Failed is [{ Failures: > 3 }], () => $"{member.Runtime.Failed.Count} failed");

        var failed = Assert.Single(member.Runtime.Failed);
        Assert.Equal(TestTopics.Lines, failed.Id.Topic);
        Assert.Contains("no space left", failed.Reason, StringComparison.Ordinal);
        var health = await member.CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains($"{failed.Id}", health.Entries["streams"].Description, StringComparison.Ordinal);
        cluster.Send("b");
        await Expect.EventuallyAsync("the others go on", () => member.EntriesChecked == 1, () => $"{member.EntriesChecked}");
        Assert.Equal((0, false), (member.Runtime.Totals.DeadLetters, member.IsStopping));

        cluster.Refuse = _ => null;
        await Expect.EventuallyAsync("the entry is applied", () => member.EntriesChecked == 2, () => $"{member.EntriesChecked}");
        Assert.Empty(member.Runtime.Failed);
        Assert.Equal(HealthStatus.Healthy, (await member.CheckHealthAsync()).Status);
        Assert.Empty(await ReadAsync(cluster, 0));
    }

    [Fact]
    public async Task Processor_FailsAfterItsChangesAndThenSucceeds_NothingOfTheFailedTriesRemains()
    {
        var tries = 0;
        await using var cluster = new TestCluster
        {
            FailLate = payload => payload.AsSpan().SequenceEqual(Poison) && ++tries < 3 ? new InvalidOperationException("not now") : null,
        };
        await using var member = await TestMember.StartAsync(cluster, "only");
        await member.WaitForTasksAsync(120);

        cluster.Send("a");
        cluster.Send("a", payload: Poison);
        cluster.Send("a");
        await Expect.EventuallyAsync("all are applied", () => member.EntriesChecked == 3, () => $"{member.EntriesChecked}");

        Assert.Equal((3, 0, 0, 0), (tries, member.OutOfTurn, member.Runtime.Audit.Lost, member.Runtime.Totals.DeadLetters));
    }

    [Fact]
    public async Task Processor_FailsAfterItsChangesForGood_NothingOfItRemainsForASuccessor()
    {
        await using var cluster = new TestCluster { FailLate = payload => payload.AsSpan().SequenceEqual(Poison) ? new InvalidOperationException("never") : null };
        await using (var member = await TestMember.StartAsync(cluster, "first"))
        {
            await member.WaitForTasksAsync(120);
            cluster.Send("a");
            cluster.Send("a", payload: Poison);
            cluster.Send("a");
            await Expect.EventuallyAsync("the others are applied", () => member.EntriesChecked == 2, () => $"{member.EntriesChecked}");
            Assert.Equal((1, 0), (member.Runtime.Totals.DeadLetters, member.OutOfTurn));
        }

        await using var next = await TestMember.StartAsync(cluster, "next");
        await next.WaitForTasksAsync(120);
        cluster.Send("a");
        await Expect.EventuallyAsync("the next is applied", () => next.EntriesChecked == 3, () => $"{next.EntriesChecked}");
        Assert.Equal((0, 0), (next.OutOfTurn, next.Runtime.Audit.Lost));
        Assert.Equal(("never", 3L), Assert.Single(await ReadAsync(cluster, 1)) is var letter ? (letter.ErrorMessage, letter.Tries) : default);
    }

    [Fact]
    public async Task Record_OfAForeignProducer_IsNoMessageOrHasNullHeaders_TheMemberGoesOn()
    {
        await using var cluster = new TestCluster();
        await using var member = await TestMember.StartAsync(cluster, "only");
        await member.WaitForTasksAsync(120);

        await cluster.SendForeignAsync(TestTopics.Numbers, "a", "x"u8.ToArray());
        string[] names = [RecordHeaders.TraceParent, RecordHeaders.EdgeSource, RecordHeaders.EdgeSequence, RecordHeaders.EdgeRuns];
        foreach (var name in names)
            await cluster.SendForeignAsync(TestTopics.Lines, "a", [1], (name, null));
        await cluster.SendForeignAsync(TestTopics.Lines, "a", value: null, [.. names.Select(name => (name, (byte[]?)null))]);
        cluster.Send("a");

        await Expect.EventuallyAsync("all that can be applied are", () => member.EntriesChecked == names.Length + 2, () => $"{member.EntriesChecked}");
        Assert.Equal((0, 1, false), (member.OutOfTurn, member.Runtime.Totals.DeadLetters, member.IsStopping));
        Assert.Empty(member.Runtime.Failed);
    }

    private static async Task<IReadOnlyList<DeadLetter>> ReadAsync(TestCluster cluster, int expected)
    {
        IReadOnlyList<DeadLetter> letters = [];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var reader = new DeadLetterReader(cluster.Settings, TimeProvider.System);
            letters = (await reader.ReadNewestAsync([TestTopics.Lines], 1_000, null, DeadLetterBounds.HalfAMinute, TestContext.Current.CancellationToken)).Letters;
            if (letters.Count >= expected)
                break;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.True(letters.Count >= expected, $"Expected {expected} dead letters of {TestTopics.Lines} within 100 reads; there were {letters.Count}.");
        return letters;
    }
}
