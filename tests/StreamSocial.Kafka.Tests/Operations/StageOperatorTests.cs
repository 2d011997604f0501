using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Tests.Streams;
using StreamSocial.Operations.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;

namespace StreamSocial.Kafka.Tests.Operations;

/// <summary>Pausing a stage and moving its tasks on real brokers: over restarts, in both directions, and with a crash in between.</summary>
public sealed class StageOperatorTests(KraftFixture kafka) : IAsyncLifetime
{
    private const string Stage = "count";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private IProducer<byte[]?, byte[]?>? _producer;

    private IProducer<byte[]?, byte[]?> Producer => _producer!;

    public async ValueTask InitializeAsync() =>
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();

    public ValueTask DisposeAsync()
    {
        _producer?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Pause_OverARestart_NothingIsProcessedUntilItIsResumedAndThenEverythingOnce()
    {
        var input = await CreateTopicsAsync("pause");
        await ProduceAsync(input, 5);
        await using (var first = await CountingMember.StartAsync(kafka, input))
        {
            await first.HasCountedAsync(5);
            var stages = await OperatorAsync(input, first);
            await stages.SetPausedAsync(Stage, isPaused: true, "test", "why not", Token);
            await Until.TrueAsync("the member pauses", () => stages.List()[0].PausedMembers == 1, () => $"{stages.List()[0]}", Patience);
            await ProduceAsync(input, 5);
            await first.HasCommittedAsync(5);
        }

        await using var next = await CountingMember.StartAsync(kafka, input);
        var after = await OperatorAsync(input, next);
        await Until.TrueAsync("the next member pauses and reports its position", () => after.List()[0].PausedMembers == 1 && next.CommittedOffset == 5, () => $"{after.List()[0]}", Patience);
        Assert.Equal("why not", after.List()[0].Reason);
        // What the checkpoint has can be read although the input is not processed to its end.
        await next.HasCountedAsync(5);
        Assert.Equal(5, next.AcknowledgedOffset);

        await after.SetPausedAsync(Stage, isPaused: false, "test", null, Token);
        await next.HasCountedAsync(10);
        await next.HasCommittedAsync(10);
    }

    [Fact]
    public async Task Reset_BackAndForward_MovesByWhatThePreviewSaid()
    {
        var input = await CreateTopicsAsync("reset");
        await ProduceAsync(input, 10);
        await using var member = await CountingMember.StartAsync(kafka, input);
        await member.HasCountedAsync(10);
        await member.HasCommittedAsync(10);
        var stages = await OperatorAsync(input, member);

        // Foreign records carry no numbers: each is counted again.
        var back = await stages.PlanAsync(Stage, ResetPosition.Parse("offset:4"), null, Token);
        Assert.Equal((0, 6), (back.Skipped, back.Repeated));
        Assert.Equal(10, member.Counted);
        Assert.Equal(1, (await stages.ApplyAsync(back, Token)).Moved);
        await member.HasCountedAsync(16);

        await stages.SetPausedAsync(Stage, isPaused: true, "test", null, Token);
        await Until.TrueAsync("the member pauses", () => stages.List()[0].PausedMembers == 1, () => $"{stages.List()[0]}", Patience);
        await member.HasCommittedAsync(10);
        await ProduceAsync(input, 7);
        var forward = await stages.PlanAsync(Stage, ResetPosition.Parse("latest"), [0], Token);
        Assert.Equal((7, 0), (forward.Skipped, forward.Repeated));
        Assert.Equal(1, (await stages.ApplyAsync(forward, Token)).Moved);
        await member.HasCommittedAsync(17);
        await stages.SetPausedAsync(Stage, isPaused: false, "test", null, Token);
        await ProduceAsync(input, 1);
        await member.HasCountedAsync(17);
        // Nothing is left that could move a task again.
        await Until.TrueAsync("the targets are taken away", () => member.View.Controls.Current.TargetsOf(Stage).Count == 0, () => "they are there", Patience);
    }

    [Fact]
    public async Task Reset_NobodyRunsAndTheOneWhoAskedIsGone_TheNextOwnerMovesItsTaskOnce()
    {
        var input = await CreateTopicsAsync("crash");
        await ProduceAsync(input, 10);
        await using (var first = await CountingMember.StartAsync(kafka, input))
        {
            await first.HasCountedAsync(10);
            await first.HasCommittedAsync(10);
        }
        // What an operator wrote who then crashed: nobody confirms it, and nobody takes it away.
        await WriteTargetAsync(input, nextOffset: 7, resetId: 42);

        await using (var next = await CountingMember.StartAsync(kafka, input))
        {
            await next.HasCountedAsync(13);
            await next.HasCommittedAsync(10);
        }
        await using var last = await CountingMember.StartAsync(kafka, input);
        await ProduceAsync(input, 1);
        await last.HasCountedAsync(14);
    }

    [Fact]
    public async Task Reset_ClockOfAnotherOperatorIsAhead_MovesAllTheSameAndLeavesNothingBehind()
    {
        var input = await CreateTopicsAsync("ahead");
        await ProduceAsync(input, 10);
        await using var member = await CountingMember.StartAsync(kafka, input);
        await member.HasCountedAsync(10);
        await WriteTargetAsync(input, nextOffset: 8, resetId: TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds() * 1000);
        await member.HasCountedAsync(12);
        await member.HasCommittedAsync(10);

        var stages = await OperatorAsync(input, member);
        var back = await stages.PlanAsync(Stage, ResetPosition.Parse("offset:5"), null, Token);
        Assert.Equal(1, (await stages.ApplyAsync(back, Token)).Moved);

        await member.HasCountedAsync(17);
        await Until.TrueAsync("no reset is left", () => !member.View.Controls.Current.ResetsOf(Stage).Any(), () => "they are there", Patience);
    }

    [Fact]
    public async Task Reset_TargetIsNotInTheInputAnyMore_GoesOnWithTheFirstRecordThatIs()
    {
        var input = await CreateTopicsAsync("retention");
        await ProduceAsync(input, 10);
        await using var member = await CountingMember.StartAsync(kafka, input);
        await member.HasCountedAsync(10);
        await member.HasCommittedAsync(10);
        using var admin = new DependentAdminClientBuilder(Producer.Handle).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(input, 0, 6)]);

        await WriteTargetAsync(input, nextOffset: 2, resetId: 42);

        await member.HasCountedAsync(14);
        await member.HasCommittedAsync(10);
    }

    [Fact]
    public async Task SetPausedAsync_ReasonThatNobodyWouldRead_IsRefused()
    {
        var input = await CreateTopicsAsync("long");
        await using var member = await CountingMember.StartAsync(kafka, input);
        var stages = await OperatorAsync(input, member);

        var refused = await Assert.ThrowsAsync<StageOperationException>(() => stages.SetPausedAsync(Stage, isPaused: true, "test", new string('x', 600), Token));

        Assert.Equal(StageRefusal.BadText, refused.Refusal);
    }

    [Fact]
    public async Task Reset_StageOffsetPartitionOrConfirmationIsWrong_IsRefusedAndChangesNothing()
    {
        var input = await CreateTopicsAsync("wrong");
        await ProduceAsync(input, 3);
        await using var member = await CountingMember.StartAsync(kafka, input);
        await member.HasCountedAsync(3);
        var stages = await OperatorAsync(input, member);

        await RefusesAsync(StageRefusal.UnknownStage, () => stages.PlanAsync("counts", ResetPosition.Parse("latest"), null, Token));
        await RefusesAsync(StageRefusal.BadPosition, () => stages.PlanAsync(Stage, ResetPosition.Parse("offset:4"), null, Token));
        await RefusesAsync(StageRefusal.BadPartitions, () => stages.PlanAsync(Stage, ResetPosition.Parse("latest"), [1], Token));
        Assert.Equal(StageRefusal.NotConfirmed, Assert.Throws<StageOperationException>(() => stages.CheckConfirmation("another-group")).Refusal);
        Assert.Empty(member.View.Controls.Current.TargetsOf(Stage));
        Assert.Equal(3, member.Counted);

        static async Task RefusesAsync(StageRefusal refusal, Func<Task> ask) => Assert.Equal(refusal, (await Assert.ThrowsAsync<StageOperationException>(ask)).Refusal);
    }

    [Fact]
    public async Task Reset_MembersRunAsAnotherGroup_IsRefused()
    {
        var input = await CreateTopicsAsync("other-group");
        await ProduceAsync(input, 3);
        await using var member = await CountingMember.StartAsync(kafka, input);
        await member.HasCommittedAsync(3);
        await Until.TrueAsync("the member reports its position", () => member.View.Members().SelectMany(known => known.Topics).Any(topic => topic.CommittedOffsets.Contains(3)), () => "it does not", Patience);
        var stages = await OperatorAsync(input, member, group: $"not-{input}");

        var refused = await Assert.ThrowsAsync<StageOperationException>(() => stages.PlanAsync(Stage, ResetPosition.Parse("latest"), null, Token));

        Assert.Equal(StageRefusal.BadPosition, refused.Refusal);
    }

    private async Task<StageOperator> OperatorAsync(string input, CountingMember member, string? group = null)
    {
        var settings = await kafka.GetSettingsAsync();
        var application = new StageApplication(group ?? input, $"{input}-controls", [new StageManifest(Stage, input, $"{input}-state", UserAction.Descriptor)]);
        return new StageOperator(application, new StageKafka(settings, new PartitionOffsets(settings, NullLogger<PartitionOffsets>.Instance), Producer), member.View, TimeProvider.System);
    }

    private async Task WriteTargetAsync(string input, long nextOffset, long resetId)
    {
        var request = new StageControl { Stage = Stage, Reset = new OffsetReset { Targets = { new ResetTarget { Partition = 0, NextOffset = nextOffset, ResetId = resetId } } } };
        await Producer.ProduceAsync($"{input}-controls", new() { Key = Encoding.UTF8.GetBytes(StageControls.ResetKeyOf(Stage, resetId)), Value = request.ToByteArray() }, Token);
    }

    private async Task<string> CreateTopicsAsync(string name)
    {
        var input = $"stage-{name}";
        using var administrator = await kafka.GetAdministratorAsync();
        await administrator.CreateAsync([.. CountingMember.CatalogOf(input).Topics], Token);
        return input;
    }

    private async Task ProduceAsync(string input, int records)
    {
        for (var i = 0; i < records; i++)
            await Producer.ProduceAsync(new TopicPartition(input, 0), new() { Key = [1], Value = [1] }, Token);
    }
}
