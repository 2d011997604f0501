using Microsoft.Extensions.Time.Testing;
using System.Net;
using Microsoft.AspNetCore.Http;
using StreamSocial.Events;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Unit.Tests.Replay.Sending;

public sealed class ReplayerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_RequestsRefusedAtTimes_EveryActionTakenOnceInOrderPerKey()
    {
        await using var ingest = await StubIngest.StartAsync(number => (number % 7) switch
        {
            3 => Results.StatusCode(StatusCodes.Status503ServiceUnavailable),
            5 => new RetryLater(),
            _ => null,
        });
        var events = Enumerable.Range(0, 20_000).Select(i => Post($"{i * i % 97}", i)).ToList();
        var options = new ReplayOptions { Workers = 4, BatchSize = 100, RetryDelay = TimeSpan.FromMilliseconds(1), MaximumRetryDelay = TimeSpan.FromMilliseconds(5) };

        var result = await RunAsync(ingest, events, options);

        Assert.Equal(20_000, result.Actions);
        Assert.True(result.Retries > 20, $"Expected retries, there were {result.Retries}.");
        Assert.Equal(ingest.Requests, result.Requests + result.Retries);
        Assert.True(ingest.MostInFlight <= 4, $"{ingest.MostInFlight} requests were in flight for 4 workers.");
        Assert.Equal(ByKey(events.Select(e => (e.Key, e.ActionId))), ByKey(ingest.Taken.Select(t => (t.Event.GetProperty("userId").GetString()!, t.Event.GetProperty("actionId").GetString()!))));
    }

    [Fact]
    public async Task RunAsync_Action_IsWrittenAsTheHttpContractSays()
    {
        await using var ingest = await StubIngest.StartAsync(_ => null);
        var events = new ReplayEvent[]
        {
            new ReplayAction
            {
                ActionId = "a1", Type = ActionType.Post, UserId = "1", ContentId = "c", ContentAuthorId = "1", MentionedUserIds = ["2"], Text = "hi",
                OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(1_341_100_972_250),
            },
            new ReplayInteraction { InteractionId = "i1", Type = InteractionType.View, ContentId = "c", UserId = "3" },
        };

        var result = await RunAsync(ingest, events, new ReplayOptions());

        Assert.Equal((1, 1), (result.Actions, result.Interactions));
        var action = ingest.Taken.Single(taken => taken.Kind == "actions").Event;
        Assert.Equal(
            """{"actionId":"a1","type":"post","userId":"1","contentId":"c","contentAuthorId":"1","mentionedUserIds":["2"],"text":"hi","occurredAt":"2012-07-01T00:02:52.25+00:00"}""",
            action.GetRawText());
        var interaction = ingest.Taken.Single(taken => taken.Kind == "interactions").Event;
        Assert.Equal("""{"interactionId":"i1","type":"view","contentId":"c","userId":"3"}""", interaction.GetRawText());
    }

    [Fact]
    public async Task RunAsync_BadRequest_FailsWithTheProblem()
    {
        await using var ingest = await StubIngest.StartAsync(_ => Results.Problem("userId is missing", statusCode: 400));

        var e = await Assert.ThrowsAsync<ReplayException>(() => RunAsync(ingest, [Post("1", 1)], new ReplayOptions()));

        Assert.Contains("400", e.Message, StringComparison.Ordinal);
        Assert.Contains("userId is missing", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, ingest.Requests);
    }

    /// <summary>A proxy on the way may name a character set that .NET does not know.</summary>
    [Fact]
    public async Task RunAsync_RefusalHasAnUnknownCharacterSet_FailsWithTheProblem()
    {
        await using var ingest = await StubIngest.StartAsync(_ => Results.Text("not for you"u8, "text/html; charset=utf8", 403));

        var e = await Assert.ThrowsAsync<ReplayException>(() => RunAsync(ingest, [Post("1", 1)], new ReplayOptions()));

        Assert.Contains("403 Forbidden: not for you", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_RefusedForTooLong_GivesUpAndSaysWhatItSaw()
    {
        await using var ingest = await StubIngest.StartAsync(_ => Results.StatusCode(503));
        var options = new ReplayOptions { GiveUpAfter = TimeSpan.FromSeconds(3), RetryDelay = TimeSpan.FromMilliseconds(10) };

        var e = await Assert.ThrowsAsync<ReplayException>(() => RunAsync(ingest, [Post("1", 1)], options));

        Assert.Contains("503", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_NoAnswerAfterAnEarlierBatchWasRefusedAtFirst_SaysWhatThisOneSaw()
    {
        await using var ingest = await StubIngest.StartAsync(number => number switch { 1 => Results.StatusCode(503), 2 => null, _ => new NoAnswer() });
        var options = new ReplayOptions { Workers = 1, BatchSize = 1, GiveUpAfter = TimeSpan.FromSeconds(2), RetryDelay = TimeSpan.FromMilliseconds(10) };

        var e = await Assert.ThrowsAsync<ReplayException>(() => RunAsync(ingest, [Post("1", 1), Post("1", 2)], options));

        Assert.Contains("(no answer)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Cancelled_StopsWaitingForARetry()
    {
        await using var ingest = await StubIngest.StartAsync(_ => Results.StatusCode(503));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cancel.CancelAfter(200);
        using var http = ingest.CreateClient();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new Replayer(http, new ReplayOptions(), TimeProvider.System).RunAsync(new ListTrace([Post("1", 1)]), null, cancel.Token));
    }

    [Fact]
    public async Task RunAsync_NothingListens_TriesAgainUntilItGivesUp()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1") };
        var options = new ReplayOptions { GiveUpAfter = TimeSpan.FromMilliseconds(200), RetryDelay = TimeSpan.FromMilliseconds(10) };

        var e = await Assert.ThrowsAsync<ReplayException>(() => new Replayer(http, options, TimeProvider.System).RunAsync(new ListTrace([Post("1", 1)]), null, Token));

        Assert.Contains("Is ingest running", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_FixedRate_TakesItsTime()
    {
        await using var ingest = await StubIngest.StartAsync(_ => null);
        var events = Enumerable.Range(0, 100).Select(i => Post("1", i)).ToList();
        var time = new FakeTimeProvider();
        using var http = ingest.CreateClient();

        var run = new Replayer(http, new ReplayOptions { Pace = ReplayPace.FixedRate(500) }, time).RunAsync(new ListTrace(events), null, Token);
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), Token);
        }

        // The last is due after 198 ms of the fake clock; the sender may be early by its grain.
        Assert.InRange((await run).Elapsed, TimeSpan.FromMilliseconds(180), TimeSpan.MaxValue);
    }

    /// <param name="hours">Until the next event is due; a timer takes 1,193 at most.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task RunAsync_NextEventDueLater_SendsWhatIsDue(int hours)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var firstCame = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ingest = await StubIngest.StartAsync(_ =>
        {
            firstCame.TrySetResult();
            return null;
        });
        using var http = ingest.CreateClient();
        var options = new ReplayOptions { Pace = ReplayPace.FixedRate(1 / TimeSpan.FromHours(hours).TotalSeconds) };

        var run = new Replayer(http, options, TimeProvider.System).RunAsync(new ListTrace([Post("1", 1), Post("1", 2)]), null, cancel.Token);

        await firstCame.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 10)]
    public void DueAfter_TraceSpeed_DividesTheTraceTime(int traceSeconds, int dueSeconds) =>
        Assert.Equal(TimeSpan.FromSeconds(dueSeconds), ReplayPace.TraceSpeed(10).DueAfter(5, TimeSpan.FromSeconds(traceSeconds)));

    [Theory]
    [InlineData(0.25, 30.0)]
    [InlineData(1.0, 0.0)]
    [InlineData(1e-300, null)]
    [InlineData(double.Epsilon, null)]
    [InlineData(0.0, null)]
    public void TimeLeft_OfAFraction_IsUnknownWhereItIsTooLong(double done, double? seconds) =>
        Assert.Equal(seconds, new ReplayProgress(0, 0, TimeSpan.FromSeconds(10), 0, done).TimeLeft?.TotalSeconds);

    [Fact]
    public void Quantile_OfRecordedTimes_IsWithinItsBucket()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 1000; i++)
            histogram.Record(TimeSpan.FromMilliseconds(i));

        Assert.InRange(histogram.Quantile(0.5)!.Value.TotalMilliseconds, 500, 511);
        Assert.InRange(histogram.Quantile(0.99)!.Value.TotalMilliseconds, 990, 1000);
        Assert.Null(new LatencyHistogram().Quantile(0.5));
    }

    private static ReplayAction Post(string user, int number) =>
        new() { ActionId = $"{number}", Type = ActionType.Post, UserId = user, ContentId = $"c{number}" };

    private static async Task<ReplayResult> RunAsync(StubIngest ingest, IReadOnlyCollection<ReplayEvent> events, ReplayOptions options)
    {
        using var http = ingest.CreateClient();
        return await new Replayer(http, options, TimeProvider.System).RunAsync(new ListTrace(events), null, Token);
    }

    private static List<string> ByKey(IEnumerable<(string Key, string Id)> ids) =>
        ids.GroupBy(id => id.Key, id => id.Id).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key}: {string.Join(",", group)}").ToList();

    private sealed class NoAnswer : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Task.Delay(Timeout.InfiniteTimeSpan, httpContext.RequestAborted);
    }

    private sealed class RetryLater : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = (int)HttpStatusCode.TooManyRequests;
            httpContext.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        }
    }
}
