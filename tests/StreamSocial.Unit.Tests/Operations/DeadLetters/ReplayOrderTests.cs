using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations;
using StreamSocial.Operations.DeadLetters;
using StreamSocial.Operations.Log;

namespace StreamSocial.Unit.Tests.Operations.DeadLetters;

public sealed class ReplayOrderTests
{
    private static readonly Operation[] Log = [Replay("a", "1"), Replay("b", "1,2"), Replay("a", "1"), Replay("c", "3")];

    [Theory]
    [InlineData("a", new long[0])]
    [InlineData("b", new long[] { 1 })]
    [InlineData("c", new long[] { 1, 2 })]
    public void TakenBefore_EachAction_NamesWhatEarlierOnesBegan(string operation, long[] offsets) =>
        Assert.Equal(offsets.Select(offset => new DeadLetterPlace("t.dlq", 0, offset)), ReplayOrder.TakenBefore(Log, operation).OrderBy(place => place.Offset));

    [Fact]
    public void TakenBefore_LogThatDoesNotReachTheAction_IsNoAnswer() => Assert.Throws<DeadLetterException>(() => ReplayOrder.TakenBefore(Log, "d"));

    /// <summary>Of three at once, the second is refused because of the first. What else it names was sent by nobody.</summary>
    [Fact]
    public async Task TakenBefore_OneThatWasRefused_HasTakenNothing()
    {
        var refused = await FailAsync(isUndone: true);

        Assert.Equal([1], OffsetsOf(ReplayOrder.TakenBefore([Replay("a", "1"), .. refused, Replay("c", "2")], "c")));
        Assert.Equal([1, 2], OffsetsOf(ReplayOrder.TakenBefore([Replay("a", "1"), refused[0], Replay("c", "2"), refused[1]], "c")));
        Assert.Equal([1], OffsetsOf(ReplayRecord.ReadAll([Replay("a", "1"), refused[1]]).Keys));
    }

    /// <summary>Some of them may have gone.</summary>
    [Fact]
    public async Task TakenBefore_OneThatFailed_HasTakenAll()
    {
        var failed = await FailAsync(isUndone: false);

        Assert.Equal([1, 2], OffsetsOf(ReplayOrder.TakenBefore([.. failed, Replay("c", "2")], "c")));
    }

    /// <summary>The brokers take the records when they are back, after nothing was done.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TakenBefore_OneWhoseFirstRecordWasNotTakenInTime_HasTakenNothing(bool isCancelled)
    {
        var (writer, time) = (new RecordingWriter { Answers = false }, new FakeTimeProvider());
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var replay = new OperationLog(writer, time).RunAsync(Request(isUndone: false), Task<int> (CancellationToken _) => throw new DeadLetterException("done"), count => $"{count}", caller.Token);

        if (isCancelled)
            await caller.CancelAsync();
        else
            time.Advance(TimeSpan.FromSeconds(10));
        var error = await Assert.ThrowsAnyAsync<Exception>(() => replay);

        Assert.True(isCancelled ? error is OperationCanceledException : error is OperationLogException, error.Message);
        Assert.Equal([OperationOutcome.Started, OperationOutcome.Failed], writer.Records.Select(record => record.Outcome));
        Assert.Single(writer.Records.Select(record => record.OperationId).Distinct());
        Assert.Equal([1], OffsetsOf(ReplayOrder.TakenBefore([Replay("a", "1"), .. writer.Records, Replay("c", "2")], "c")));
    }

    /// <summary>Whoever asked went while the log was read, or while the letters went: only then some may have gone.</summary>
    [Theory]
    [InlineData(true, new[] { OperationOutcome.Started, OperationOutcome.Failed }, new long[] { 1 })]
    [InlineData(false, new[] { OperationOutcome.Started }, new long[] { 1, 2 })]
    public async Task TakenBefore_OneThatWasGivenUp_HasTakenWhatMayHaveGone(bool isUndone, OperationOutcome[] outcomes, long[] taken)
    {
        var writer = new RecordingWriter();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new OperationLog(writer, TimeProvider.System).RunAsync(
            Request(isUndone), Task<int> (CancellationToken _) => throw new OperationCanceledException(), count => $"{count}", TestContext.Current.CancellationToken));

        Assert.Equal(outcomes, writer.Records.Select(record => record.Outcome));
        Assert.Equal(taken, OffsetsOf(ReplayOrder.TakenBefore([Replay("a", "1"), .. writer.Records, Replay("c", "3")], "c")));
    }

    /// <summary>The records of a replay of letters 1 and 2 that does not come to its end.</summary>
    private static async Task<Operation[]> FailAsync(bool isUndone)
    {
        var writer = new RecordingWriter();
        await Assert.ThrowsAsync<DeadLetterException>(() => new OperationLog(writer, TimeProvider.System).RunAsync(
            Request(isUndone), Task<int> (CancellationToken _) => throw new DeadLetterException("no"), count => $"{count}", TestContext.Current.CancellationToken));
        Assert.Equal([OperationOutcome.Started, OperationOutcome.Failed], writer.Records.Select(record => record.Outcome));
        return [.. writer.Records];
    }

    private static OperationRequest Request(bool isUndone) => new("somebody", "dashboard", ReplayRecord.Kind, "t.dlq")
    {
        Parameters = ReplayRecord.Write([new DeadLetterPlace("t.dlq", 0, 1), new DeadLetterPlace("t.dlq", 0, 2)]),
        IsUndone = () => isUndone,
    };

    private static IEnumerable<long> OffsetsOf(IEnumerable<DeadLetterPlace> places) => places.Select(place => place.Offset).Order();

    private static Operation Replay(string id, string offsets) => new() { OperationId = id, Kind = ReplayRecord.Kind, Parameters = { ["t.dlq:0"] = offsets } };

    private sealed class RecordingWriter : IOperationWriter
    {
        public List<Operation> Records { get; } = [];

        public bool Answers { get; init; } = true;

        public Task WriteAsync(Operation operation, CancellationToken cancellationToken)
        {
            Records.Add(operation.Clone());
            return Answers ? Task.CompletedTask : Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
