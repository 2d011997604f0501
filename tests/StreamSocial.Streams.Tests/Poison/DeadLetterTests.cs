using StreamSocial.Cli.DeadLetters;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Poison;

/// <summary>What cannot be processed goes aside and can be sent back; what is no entry's fault stops the member.</summary>
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
        Assert.Equal(1, await new DeadLetterReplay(cluster.Settings).SendAsync([letter], TestContext.Current.CancellationToken));
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

    [Fact]
    public async Task Processor_FailsForWantOfADisk_StopsTheMemberAndNothingGoesAside()
    {
        await using var cluster = new TestCluster { Refuse = payload => payload.AsSpan().SequenceEqual(Poison) ? new IOException("no space left") : null };
        await using (var member = await TestMember.StartAsync(cluster, "first"))
        {
            await member.WaitForTasksAsync(120);
            cluster.Send("a", payload: Poison);
            await Expect.EventuallyAsync("the member stops", () => member.IsStopping, () => "it goes on");
            Assert.Equal(0, member.Runtime.Totals.DeadLetters);
        }

        cluster.Refuse = _ => null;
        await using var next = await TestMember.StartAsync(cluster, "next");
        await Expect.EventuallyAsync("the next member applies it", () => next.EntriesChecked == 1, () => $"{next.EntriesChecked}");
        Assert.Empty(await ReadAsync(cluster, 0));
    }

    private static async Task<IReadOnlyList<DeadLetter>> ReadAsync(TestCluster cluster, int expected)
    {
        IReadOnlyList<DeadLetter> letters = [];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            letters = await new DeadLetterReader(cluster.Settings).ReadAsync(TestTopics.Lines, TestContext.Current.CancellationToken);
            if (letters.Count >= expected)
                break;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.True(letters.Count >= expected, $"Expected {expected} dead letters of {TestTopics.Lines} within 100 reads; there were {letters.Count}.");
        return letters;
    }
}
