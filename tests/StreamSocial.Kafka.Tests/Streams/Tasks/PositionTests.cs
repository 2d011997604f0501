using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Streams.Tasks;

/// <summary>A position in the input is more than the number of the last record.</summary>
public sealed class PositionTests(KraftFixture kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Position_IsNotInTheInputAnyMore_TheTaskFailsWithTheOffsetsUntilItIsReset()
    {
        var input = await CreateTopicsAsync("gone");
        await ProduceAsync(input, 5);
        await using (var first = await Member.StartAsync(kafka, input))
            await first.HasCountedAsync(5);
        await ProduceAsync(input, 5);
        await DeleteBeforeAsync(input, 8);

        await using var next = await Member.StartAsync(kafka, input);
        await Until.TrueAsync("the task fails", () => next.Runtime.Failed.Count == 1, () => "it has not", Patience);
        var failed = Assert.Single(next.Runtime.Failed);
        Assert.Equal(new TaskId(input, 0), failed.Id);
        Assert.Contains("position 5 is not in the input any more, which has the offsets 8 to 10", failed.Reason, StringComparison.Ordinal);

        await ProduceAsync($"{input}-state", PositionResets.CreateRecord(8, dropState: false, TimeProvider.System.GetUtcNow()));
        await next.HasCountedAsync(7);
        Assert.Empty(next.Runtime.Failed);
    }

    [Fact]
    public async Task Input_IsDeletedAndMadeAnew_TheTaskFailsWhileItRunsAndAtEachStartUntilItIsReset()
    {
        var input = await CreateTopicsAsync("anew");
        await ProduceAsync(input, 5);
        await using (var member = await Member.StartAsync(kafka, input))
        {
            await member.HasCountedAsync(5);
            await Until.TrueAsync("there is a checkpoint", () => member.CommittedOffset == 5, () => $"{member.CommittedOffset}", Patience);
            await DeleteAsync(input);
            await CreateTopicsAsync("anew");
            // As many as the task had processed of the old topic: its position is the new one's end.
            await ProduceAsync(input, 5);
            await FailsForTheNewTopicAsync(member);
        }

        await using var next = await Member.StartAsync(kafka, input);
        await FailsForTheNewTopicAsync(next);
        await ProduceAsync($"{input}-state", PositionResets.CreateRecord(0, dropState: false, TimeProvider.System.GetUtcNow()));
        await next.HasCountedAsync(10);
        Assert.Empty(next.Runtime.Failed);

        static async Task FailsForTheNewTopicAsync(Member member)
        {
            await Until.TrueAsync(
                "the task fails", () => member.Runtime.Failed is [{ Reason: var reason }] && reason.Contains("was deleted and made anew since checkpoint", StringComparison.Ordinal),
                () => member.Runtime.Failed.FirstOrDefault()?.Reason ?? "it has not", Patience);
        }
    }

    [Fact]
    public async Task ForeignTransactions_CommittedAndAborted_ThePositionIsTheLogsEnd()
    {
        var input = await CreateTopicsAsync("markers");
        await using var member = await Member.StartAsync(kafka, input);
        await TransactAsync(input, records: 1, commit: true);
        await TransactAsync(input, records: 200, commit: false);
        await member.HasCountedAsync(1);

        // A record and a marker, 200 records and a marker.
        await Until.TrueAsync("the position is the end", () => member.AcknowledgedOffset == 203, () => $"{member.AcknowledgedOffset}", Patience);
        await Until.TrueAsync("so is the checkpoint's", () => member.CommittedOffset == 203, () => $"{member.CommittedOffset}", Patience);
        // Retention may take all of it: nothing is lost.
        await DeleteBeforeAsync(input, 203);
        await member.DisposeAsync();
        await using var next = await Member.StartAsync(kafka, input);
        await ProduceAsync(input, 1);
        await next.HasCountedAsync(2);
        Assert.Empty(next.Runtime.Failed);
    }

    private async Task<string> CreateTopicsAsync(string name)
    {
        var input = $"position-{name}";
        using var administrator = await kafka.GetAdministratorAsync();
        await administrator.CreateAsync([.. Member.CatalogOf(input).Topics], Token);
        return input;
    }

    private Task ProduceAsync(string input, int records) => ProduceAsync(
        input, [.. Enumerable.Range(0, records).Select(_ => new Message<byte[]?, byte[]?> { Key = [1], Value = [1] })]);

    private async Task ProduceAsync(string topic, params Message<byte[]?, byte[]?>[] records)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();
        foreach (var record in records)
            await producer.ProduceAsync(new TopicPartition(topic, 0), record, Token);
    }

    private async Task TransactAsync(string input, int records, bool commit)
    {
        var config = new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers, TransactionalId = $"foreign-{commit}" };
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(config).Build();
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        for (var i = 0; i < records; i++)
            producer.Produce(new TopicPartition(input, 0), new Message<byte[]?, byte[]?> { Key = [1], Value = [1] });
        producer.Flush(Patience);
        if (commit)
            producer.CommitTransaction(Patience);
        else
            producer.AbortTransaction(Patience);
    }

    private async Task DeleteAsync(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();
        await admin.DeleteTopicsAsync([topic]);
        // The brokers delete a little later than they say.
        await Until.TrueAsync("the topic is gone", () => !admin.GetMetadata(Patience).Topics.Exists(found => found.Topic == topic), () => "it is there", Patience);
    }

    private async Task DeleteBeforeAsync(string input, long offset)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(input, 0, offset)]);
    }

    /// <summary>A member of a group of its own, in the test's process.</summary>
    private sealed class Member : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private bool _isDisposed;

        private Member(WebApplication app) => _app = app;

        public StreamsRuntime Runtime => _app.Services.GetRequiredService<StreamsRuntime>();

        public long AcknowledgedOffset => Runtime.Positions.SingleOrDefault().Acknowledged;

        public long CommittedOffset => Runtime.Positions.SingleOrDefault().Committed;

        public static TopicCatalog CatalogOf(string input) => new(
        [
            Topic(input, CleanupPolicy.Delete), Topic($"{input}-state", CleanupPolicy.Compact), Topic(DeadLetterTopic.NameOf(input), CleanupPolicy.Delete),
            Topic($"{input}-members", CleanupPolicy.Compact), Topic($"{input}-rebalances", CleanupPolicy.Delete),
        ]);

        public static async Task<Member> StartAsync(KraftFixture kafka, string input)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:kafka"] = (await kafka.GetSettingsAsync()).BootstrapServers,
                ["Streams:CheckpointInterval"] = "00:00:00.5",
                ["Streams:MaxTaskRetryDelay"] = "00:00:01",
                ["Streams:MemberId"] = $"{input}-{Guid.NewGuid():N}",
            });
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.AddStreams(new StreamsApplication(input, CatalogOf(input), $"{input}-members", $"{input}-rebalances"))
                .AddStage(_ => new StageDefinition("count", input, $"{input}-state", context => new CountProcessor(context)));
            var member = new Member(builder.Build());
            await member._app.StartAsync();
            return member;
        }

        public Task HasCountedAsync(long expected) => Until.TrueAsync($"{expected} are counted", () => Count() == expected, () => $"{Count()}", Patience);

        public async ValueTask DisposeAsync()
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        private long? Count() => Runtime.TryRead("count", 0, (CountProcessor processor) => processor.Count, out var count) == TaskAvailability.Running ? count : null;

        private static TopicSpec Topic(string name, CleanupPolicy cleanup) => new(name, 1, cleanup, cleanup == CleanupPolicy.Delete ? TimeSpan.FromHours(1) : null, "");
    }

    private sealed class CountProcessor(ITaskContext context) : IRecordProcessor
    {
        private readonly IStateStore<string, long> _count = context.OpenStore(16, "count", Codecs.Utf8, Codecs.Int64);

        public long Count => _count.TryGet("", out var count) ? count : 0;

        public void Process(in InputEntry entry, IEmitter emitter) => _count.Put("", Count + 1);
    }
}
