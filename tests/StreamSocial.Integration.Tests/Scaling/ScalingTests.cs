using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Scaling;

/// <summary>
/// Replicas come and go while actions flow, and one is killed when it has been given its partitions; no feed misses or repeats an entry, pushed or pulled. On
/// embedded and on real brokers.
/// </summary>
public sealed class ScalingTests(ITestOutputHelper output)
{
    private const int Authors = 40;
    private const int Rounds = 30;

    [Theory]
    [InlineData("embedded")]
    [InlineData("process")]
    public async Task Replicas_ComeDieInTheMoveAndGoWhileActionsFlow_EveryFeedIsWhole(string source)
    {
        if (source == "process" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")))
            Assert.Skip("KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar) to run this on real brokers.");
        await using var topology = await RunningTopology.StartAsync(generators: 1, $"--Kafka:Source={source}", "--Actions:PullThreshold=2");
        await topology.PostAsync([.. Enumerable.Range(0, Authors).Select(author => (object)new { type = "follow", userId = $"fan-{author}", targetUserId = $"author-{author}" })]);
        // A second follower makes every other author large enough to be pulled.
        await topology.PostAsync([.. Enumerable.Range(0, Authors).Where(IsPulled).Select(author => (object)new { type = "follow", userId = "crowd", targetUserId = $"author-{author}" })]);

        var killed = Task.FromResult(0);
        for (var round = 0; round < Rounds; round++)
        {
            if (round == Rounds / 3)
            {
                killed = Joining.KillInTheMiddleAsync(topology, "feed-generator-2");
                await CommandAsync(topology, "feed-generator-2", KnownResourceCommands.StartCommand);
            }
            if (round == Rounds * 2 / 3)
            {
                await topology.HealthyAgainAsync("feed-generator-2", butNot: await killed);
                await CommandAsync(topology, "feed-generator-2", KnownResourceCommands.StopCommand);
            }
            await topology.PostAsync([.. Enumerable.Range(0, Authors).Select(author => (object)new
            {
                actionId = $"{author}-{round}", type = "post", userId = $"author-{author}", contentId = $"p-{author}-{round}",
            })]);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        using var client = topology.Generator(1);
        for (var author = 0; author < Authors; author++)
        {
            var entries = await topology.ReadFeedAsync(client, $"fan-{author}", Rounds);
            var order = IsPulled(author) ? "pullNumber" : "arrival";
            var arrived = entries.OrderBy(entry => entry.GetProperty(order).GetInt64()).Select(entry => entry.GetProperty("actionId").GetString());
            Assert.Equal(Enumerable.Range(0, Rounds).Select(round => $"{author}-{round}"), arrived);
        }
        output.WriteLine($"{Authors * Rounds} posts, one feed each, two replicas for a third of the time, {source}");
    }

    private static bool IsPulled(int author) => author % 2 == 0;

    private static async Task CommandAsync(RunningTopology topology, string resource, string command)
    {
        var result = await topology.Commands.ExecuteCommandAsync(resource, command, TestContext.Current.CancellationToken);
        Assert.True(result.Success, $"{command} of {resource}: {result.Message}");
    }
}
