using System.Net;

namespace StreamSocial.Cli.Clients;

/// <summary>What the guide for clients tells every client to do with an answer, or without one. Pure.</summary>
internal static class ClientRules
{
    /// <summary>How long a client repeats a request before it gives up, which is an error that its user sees.</summary>
    public static readonly TimeSpan RepeatFor = TimeSpan.FromSeconds(30);

    /// <summary>What a client waits before a repeat when the answer names no time, because there was none.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a client waits for an answer before it takes the connection for lost.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What becomes of an answer: 429 and 503 are repeated if they say when; every other refusal is an error.</summary>
    /// <param name="status">The answer's status.</param>
    /// <param name="retryAfter">Its <c>Retry-After</c>; null without one.</param>
    public static Verdict Judge(HttpStatusCode status, TimeSpan? retryAfter) => status switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when retryAfter is { } after => new(VerdictKind.Repeat, after, $"{(int)status}"),
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new(VerdictKind.Error, default, $"{(int)status} without Retry-After"),
        _ when (int)status is >= 200 and < 300 => new(VerdictKind.Answer, default, ""),
        _ => new(VerdictKind.Error, default, $"{(int)status}"),
    };

    /// <summary>Judges an answer by its status and header.</summary>
    public static Verdict Judge(HttpResponseMessage response) => Judge(response.StatusCode, response.Headers.RetryAfter?.Delta);

    /// <summary>Whether an exception means that the connection was refused, lost, or silent for too long: what every client repeats.</summary>
    /// <param name="exception">What the request came to.</param>
    /// <param name="cancellationToken">Cancelled when the client itself ends.</param>
    public static bool IsConnectionLost(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException or OperationCanceledException;

    /// <summary>One word for how a connection was lost.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "connection refused",
        OperationCanceledException => "no answer in time",
        _ => "connection lost",
    };
}

/// <summary>What becomes of an answer.</summary>
/// <param name="Kind">Whether it is one.</param>
/// <param name="After">When to repeat.</param>
/// <param name="Reason">Why it is none.</param>
internal readonly record struct Verdict(VerdictKind Kind, TimeSpan After, string Reason);

/// <summary>Whether an answer is one.</summary>
internal enum VerdictKind
{
    /// <summary>It is what was asked for.</summary>
    Answer,

    /// <summary>The request is repeated.</summary>
    Repeat,

    /// <summary>The client's user sees it.</summary>
    Error,
}
