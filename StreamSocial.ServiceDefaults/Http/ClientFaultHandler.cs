using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>A request that is refused because of what the client sent, or because all clients together send too much; <see cref="ClientFaultHandler"/> answers it.</summary>
/// <param name="kind">The kind of problem.</param>
/// <param name="detail">What was wrong, one sentence for a person; null if the errors say it.</param>
/// <param name="errors">By field, the rules that it breaks; empty if it is not about fields.</param>
public sealed class RequestFault(ProblemKind kind, string? detail, IDictionary<string, string[]>? errors = null) : BadHttpRequestException(detail ?? kind.Meaning, kind.Status)
{
    /// <summary>The kind of problem.</summary>
    public ProblemKind Kind => kind;

    /// <summary>When the client may repeat the request, in whole seconds; null if a repeat is refused too.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A field that breaks a rule.</summary>
    public static RequestFault Invalid(string field, string rule) => new(ApiProblems.Invalid, null, new Dictionary<string, string[]> { [field] = [rule] });

    internal IResult Answer() => errors is null ? kind.Answer(detail) : ApiProblems.InvalidFields(errors, detail);
}

/// <summary>
/// Answers what a client did wrong, wherever below the endpoints it was noticed, and forgets a client that left. Neither is an error of the service, so
/// nothing is logged above debug; what this does not handle is.
/// </summary>
internal sealed partial class ClientFaultHandler(ILogger<ClientFaultHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is BadHttpRequestException fault)
        {
            LogFault(logger, context.Request.Method, context.Request.Path, fault);
            if (fault is RequestFault { RetryAfter: { } wait })
                context.Response.Headers.RetryAfter = wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            await AnswerOf(fault).ExecuteAsync(context);
            return true;
        }

        // The middleware itself forgets a request that is known to be aborted; here it is not known yet.
        if (exception is not (ConnectionResetException or ConnectionAbortedException))
            return false;
        LogLeft(logger, context.Request.Method, context.Request.Path);
        context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        return true;
    }

    private static IResult AnswerOf(BadHttpRequestException fault) => fault is RequestFault own ? own.Answer() : ApiProblems.OfStatus(fault.StatusCode) is var kind && kind.Status == fault.StatusCode
        ? kind.Answer(fault.Message)
        : TypedResults.Problem(fault.Message, statusCode: fault.StatusCode);

    [LoggerMessage(LogLevel.Debug, "{Method} {Path} was refused")]
    private static partial void LogFault(ILogger logger, string method, PathString path, BadHttpRequestException exception);

    [LoggerMessage(LogLevel.Debug, "The client of {Method} {Path} left")]
    private static partial void LogLeft(ILogger logger, string method, PathString path);
}
