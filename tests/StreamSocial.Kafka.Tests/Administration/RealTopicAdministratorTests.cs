using System.Diagnostics;
using Confluent.Kafka;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Administration;

public sealed class RealTopicAdministratorTests(KraftFixture kafka, ITestOutputHelper output)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAsync_SmallCatalogue_CreatesOnceAndVerifies()
    {
        // Names of its own: other tests make the catalogue itself on these shared brokers.
        TopicSpec[] topics = [.. StreamSocialTopics.For(TopologyProfile.Small).Topics.Select(topic => topic with { Name = $"created-{topic.Name}" })];
        using var administrator = await kafka.GetAdministratorAsync();

        var started = Stopwatch.GetTimestamp();
        var created = await administrator.CreateAsync(topics, Token);
        output.WriteLine($"{created.Count} topics with {topics.Sum(topic => topic.Partitions)} partitions in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.Equal(topics.Length, created.Count);
        Assert.Empty(await administrator.CreateAsync(topics, Token));

        var described = await administrator.DescribeAsync(topics, Token);
        foreach (var topic in topics)
        {
            var actual = described[topic.Name];
            Assert.Equal((topic.Partitions, topic.ReplicationFactor), (actual.Partitions, actual.ReplicationFactor));
            Assert.Equal(topic.CleanupPolicyValue.Split(',').Order(), actual.CleanupPolicy!.Split(',').Order());
            if (topic.Retention is not null)
                Assert.Equal(topic.Retention, actual.Retention);
        }
    }

    [Fact]
    public async Task CreateAsync_ExistingTopicsDiffer_AllMismatchesAndNothingCreated()
    {
        using var administrator = await kafka.GetAdministratorAsync();
        var first = new TopicSpec("differs", 3, CleanupPolicy.Delete, TimeSpan.FromDays(1), "");
        await administrator.CreateAsync([first], Token);
        var other = first with { Partitions = 5, Cleanup = CleanupPolicy.Compact };
        var missing = new TopicSpec("missing", 1, CleanupPolicy.Delete, TimeSpan.FromDays(1), "");

        var mismatch = await Assert.ThrowsAsync<TopicMismatchException>(() => administrator.CreateAsync([other, missing], Token));
        Assert.Equal(["Topic differs has 3 partitions, the catalogue has 5.", "Topic differs has cleanup.policy=delete, the catalogue has compact."], mismatch.Mismatches);
        Assert.Empty(await administrator.DescribeAsync([missing], Token));
    }

    [Fact]
    public async Task CreateAsync_FewerBrokersThanCopies_SaysHowToNameThem()
    {
        using var administrator = await kafka.GetAdministratorAsync();
        var error = await Assert.ThrowsAsync<KafkaException>(
            () => administrator.CreateAsync([new TopicSpec("many-copies", 1, CleanupPolicy.Delete, TimeSpan.FromDays(1), "") { ReplicationFactor = 9 }], Token));
        Assert.Contains("many-copies", error.Message, StringComparison.Ordinal);
        Assert.Contains("Kafka:ReplicationFactor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_TwoAtTheSameTime_BothSucceed()
    {
        using var one = await kafka.GetAdministratorAsync();
        using var other = await kafka.GetAdministratorAsync();
        TopicSpec[] topics = [new("raced", 12, CleanupPolicy.Compact, null, "")];
        await Task.WhenAll(one.CreateAsync(topics, Token), other.CreateAsync(topics, Token));
        Assert.Equal(12, (await one.DescribeAsync(topics, Token))["raced"].Partitions);
    }

    /// <summary>Neither waits for partitions that there are not, nor takes a topic with others than it wants.</summary>
    [Fact]
    public async Task CreateAsync_TwoAtTheSameTimeWithOtherCounts_OneSaysSo()
    {
        using var one = await kafka.GetAdministratorAsync();
        using var other = await kafka.GetAdministratorAsync();
        var topic = new TopicSpec("raced-apart", 12, CleanupPolicy.Compact, null, "");
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromMinutes(1));

        var outcomes = await Task.WhenAll(
            Record.ExceptionAsync(() => one.CreateAsync([topic], bound.Token)).AsTask(),
            Record.ExceptionAsync(() => other.CreateAsync([topic with { Partitions = 8 }], bound.Token)).AsTask());

        Assert.IsType<TopicMismatchException>(Assert.Single(outcomes.OfType<Exception>()));
    }

    /// <summary>For a while brokers still list topics that the controller does not have any more, and leaders answer for them.</summary>
    [Fact]
    public async Task CreateAsync_JustDeleted_CreatesThemAgain()
    {
        TopicSpec[] topics = [.. Enumerable.Range(0, 8).Select(i => new TopicSpec($"deleted-{i}", 60, CleanupPolicy.Delete, TimeSpan.FromDays(1), ""))];
        using var administrator = await kafka.GetAdministratorAsync();
        using var admin = new AdminClientBuilder((await kafka.GetSettingsAsync()).CreateAdminConfig("deletes")).Build();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(topics.Length, (await administrator.CreateAsync(topics, Token)).Count);
            await admin.DeleteTopicsAsync(topics.Select(topic => topic.Name)).WaitAsync(Token);
        }
    }
}
