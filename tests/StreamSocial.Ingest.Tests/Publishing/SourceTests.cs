using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Topics;

namespace StreamSocial.Ingest.Tests.Publishing;

/// <summary>A source's numbers have no gap: what was refused ends it.</summary>
public class SourceTests
{
    private const short Produce = 0;

    [Fact]
    public async Task Post_AfterARecordWasRefused_BeginsANewSource()
    {
        await using var host = await IngestHost.StartAsync();
        await PostAsync(host, "1", HttpStatusCode.Accepted);
        host.Cluster.FailNextRequests(Produce, ErrorCode.InvalidRecord);
        await PostAsync(host, "2", HttpStatusCode.ServiceUnavailable);
        await PostAsync(host, "3", HttpStatusCode.Accepted);
        await PostAsync(host, "4", HttpStatusCode.Accepted);

        var records = ReadAll(host);
        Assert.Equal([("1", 1L), ("3", 1L), ("4", 2L)], records.Select(record => (record.Id, record.Sequence)));
        Assert.Equal(2, records.Select(record => record.Source).Distinct().Count());
        Assert.Equal(records[1].Source, records[2].Source);
    }

    /// <summary>Receivers forget a source by their own clocks, whatever this machine's is set to.</summary>
    [Theory]
    [InlineData(-30, 60)]
    [InlineData(-70, 0)]
    [InlineData(60, 0)]
    public async Task Post_AfterTheLifetime_BeginsANewSourceAlsoWhereTheClockWasSet(int clockMinutes, int elapsedMinutes)
    {
        var time = new ShiftedTime();
        await using var host = await IngestHost.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time), "Ingest:SourceLifetime=01:00:00");
        await PostAsync(host, "1", HttpStatusCode.Accepted);
        (time.Elapsed, time.Clock) = (TimeSpan.FromMinutes(Math.Min(elapsedMinutes, 50)), TimeSpan.FromMinutes(Math.Clamp(clockMinutes, -50, 50)));
        await PostAsync(host, "2", HttpStatusCode.Accepted);
        (time.Elapsed, time.Clock) = (TimeSpan.FromMinutes(elapsedMinutes), TimeSpan.FromMinutes(clockMinutes));
        await PostAsync(host, "3", HttpStatusCode.Accepted);

        var records = ReadAll(host);

        Assert.Equal([("1", 1L), ("2", 2L), ("3", 1L)], records.Select(record => (record.Id, record.Sequence)));
        Assert.NotEqual(records[0].Source, records[2].Source);
    }

    /// <summary>What was not sent will not arrive: who asked is told so at once, and the process ends.</summary>
    [Fact]
    public async Task Post_ProducerIsBroken_IsRefusedAtOnceAndTheProcessEnds()
    {
        await using var host = await IngestHost.StartAsync();
        Break(host);

        using var response = await host.PostActionsAsync(new { actionId = "1", type = "like", userId = "u", contentId = "c" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("not_ready", body, StringComparison.Ordinal);
        Assert.Contains("it is fenced", body, StringComparison.Ordinal);
        for (var i = 0; !host.IsStopping; i++)
        {
            Assert.True(i < 200, "It did not stop within 10 s.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Send_ProducerIsBroken_RefusesAllThatIsQueued()
    {
        await using var host = await IngestHost.StartAsync();
        var queue = new PublishQueue(Options.Create(new IngestOptions()), TimeProvider.System);
        using var loop = ActivatorUtilities.CreateInstance<PublishLoop>(host.Services, queue);
        PublishRequest[] requests = [Request(), Request(), Request()];
        Assert.All(requests, request => Assert.True(queue.TryEnqueue(request)));
        Break(host);

        await loop.StartAsync(TestContext.Current.CancellationToken);

        foreach (var request in requests)
        {
            var outcome = await request.Completion.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            Assert.Equal(PublishStatus.Failed, outcome.Status);
            Assert.Contains("it is fenced", outcome.Detail, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<KafkaException>(() => loop.ExecuteTask!);
        Assert.False(queue.TryEnqueue(Request()));
    }

    /// <summary>The request that is in hand is in the queue no more, and nobody sends what is left of it.</summary>
    [Fact]
    public async Task Send_FailsOtherwiseThanKafka_RefusesTheRequestInHandToo()
    {
        await using var host = await IngestHost.StartAsync();
        var options = new KafkaOptions { Client = { ["no.such.setting"] = "1" } };
        var settings = new KafkaClientSettings(host.Cluster.BootstrapServers, options);
        using var pool = ActivatorUtilities.CreateInstance<ProducerPool>(host.Services, settings, 1);
        var queue = new PublishQueue(Options.Create(new IngestOptions()), TimeProvider.System);
        using var loop = ActivatorUtilities.CreateInstance<PublishLoop>(host.Services, queue, pool);
        PublishRequest[] requests = [Request(), Request()];
        Assert.All(requests, request => Assert.True(queue.TryEnqueue(request)));

        await loop.StartAsync(TestContext.Current.CancellationToken);

        foreach (var request in requests)
        {
            var outcome = await request.Completion
                .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            Assert.Equal(PublishStatus.Failed, outcome.Status);
            Assert.Contains("no.such.setting", outcome.Detail, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.ExecuteTask!);
        Assert.False(queue.TryEnqueue(Request()));
    }

    /// <summary>More than what one round sends is queued when the service stops.</summary>
    [Fact]
    public async Task Stop_RequestsAreQueued_SendsThemAll()
    {
        await using var host = await IngestHost.StartAsync("ProducerPool:MaxInFlightRecords=1");
        var queue = new PublishQueue(Options.Create(new IngestOptions()), TimeProvider.System);
        using var loop = ActivatorUtilities.CreateInstance<PublishLoop>(host.Services, queue);
        PublishRequest[] requests = [.. Enumerable.Range(0, 2_000).Select(_ => Request())];
        await loop.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(queue.TryEnqueue(requests[0]));
        await requests[0].Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.All(requests[1..], request => Assert.True(queue.TryEnqueue(request)));

        await loop.StopAsync(TestContext.Current.CancellationToken);

        var outcomes = await Task.WhenAll(requests.Select(request => request.Completion)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.All(outcomes, outcome => Assert.Equal(PublishStatus.Acknowledged, outcome.Status));
    }

    private static PublishRequest Request() =>
        new(TopicNames.UserActions, [new OutgoingRecord(0, [1], [2]), new OutgoingRecord(1, [1], [2])]) { AcceptedAt = TimeProvider.System.GetTimestamp() };

    /// <summary>Only an idempotent producer breaks by what brokers answer, and that of the embedded cluster is none.</summary>
    private static void Break(IngestHost host) => OnError(host.Services.GetRequiredService<ProducerPool>(), new Error(ErrorCode.ProducerFenced, "it is fenced", isFatal: true));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "OnError")]
    private static extern void OnError(ProducerPool pool, Error error);

    private static List<(string Id, string Source, long Sequence)> ReadAll(IngestHost host) => TopicReader.ReadAll(host, TopicNames.UserActions).ConvertAll(record => (
        UserAction.Parser.ParseFrom(record.Message.Value).ActionId,
        Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(RecordHeaders.EdgeSource)),
        BinaryPrimitives.ReadInt64BigEndian(record.Message.Headers.GetLastBytes(RecordHeaders.EdgeSequence))));

    private static async Task PostAsync(IngestHost host, string id, HttpStatusCode expected)
    {
        using var response = await host.PostActionsAsync(new { actionId = id, type = "like", userId = "u", contentId = "c" });
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode && (expected == HttpStatusCode.Accepted || body.Contains("not_delivered", StringComparison.Ordinal)), $"{id}: {(int)response.StatusCode} {body}");
    }

    /// <summary>The system's time, but that more has passed, and that its clock was set.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        /// <summary>How far the clock is from the system's.</summary>
        public TimeSpan Clock { get; set; }

        /// <summary>How much more has passed.</summary>
        public TimeSpan Elapsed { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Clock;

        public override long GetTimestamp() => System.GetTimestamp() + (long)(Elapsed.TotalSeconds * TimestampFrequency);
    }
}
