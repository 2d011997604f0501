using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>A kind of refusal or failure that an API answers as problem details (RFC 9457), which name it as <c>reason</c>.</summary>
/// <param name="Status">The answer's status.</param>
/// <param name="Reason">Its name, for programs; never changes.</param>
/// <param name="Meaning">What was wrong, one sentence.</param>
/// <param name="Remedy">What the client does about it, one sentence.</param>
public sealed record ProblemKind(int Status, string Reason, string Meaning, string Remedy)
{
    /// <summary>An answer of this kind.</summary>
    /// <param name="detail">What was wrong with this request, for a person; the meaning and the remedy if there is no more to say.</param>
    /// <param name="more">Further members.</param>
    public IResult Answer(string? detail = null, params IEnumerable<KeyValuePair<string, object?>> more)
    {
        var problem = new ProblemDetails { Status = Status, Detail = detail ?? $"{Meaning} {Remedy}" };
        problem.Extensions[ApiProblems.ReasonMember] = Reason;
        foreach (var (name, value) in more)
            problem.Extensions[name] = value;
        return TypedResults.Problem(problem);
    }
}

/// <summary>Endpoint metadata: the kinds of problem that the endpoint answers.</summary>
/// <param name="Kinds">The kinds.</param>
public sealed record AnsweredProblems(IReadOnlyList<ProblemKind> Kinds);

/// <summary>The problems that every API has, and how endpoints say which ones they answer.</summary>
public static class ApiProblems
{
    internal const string ReasonMember = "reason";

    /// <summary>A value does not keep its rule.</summary>
    public static ProblemKind Invalid { get; } = new(
        400, "invalid", "A field, a parameter or a header does not keep its rule; `errors` names each with its rule.", "Correct what is named. Nothing was written.");

    /// <summary>The request breaks the rules of HTTP.</summary>
    public static ProblemKind Malformed { get; } = new(
        400, "malformed", "The request breaks the rules of HTTP or of its content encoding, for example by a chunk without a valid size.", "Use an HTTP library; look for a proxy that cuts bodies.");

    /// <summary>The body came too slowly.</summary>
    public static ProblemKind BodyTooSlow { get; } = new(
        408, "body_too_slow", "The body came more slowly than 240 bytes/s for 5 s.", "Send the request again, over a better connection or in parts.");

    /// <summary>The body is too large.</summary>
    public static ProblemKind BodyTooLarge { get; } = new(
        413, "body_too_large", "The body, after decompression, is larger than the service takes.", "Send it in parts.");

    /// <summary>The content type, character set or content encoding is not read here.</summary>
    public static ProblemKind UnsupportedMediaType { get; } = new(
        415, "unsupported_media_type", "The body's content type, character set or content encoding is not read here.", "Send application/json in UTF-8, as it is or in gzip, br or deflate.");

    /// <summary>The bodies of all clients together are too large.</summary>
    public static ProblemKind TooManyBodies { get; } = new(
        503, "too_many_bodies", "The bodies that are being read, of all clients together, have more bytes than `ClientLimits:BodyBytes`. Nothing was written.", "Repeat it after `Retry-After`.");

    /// <summary>There is no such path.</summary>
    public static ProblemKind NotFound { get; } = new(404, "not_found", "There is nothing at this path.", "Compare the path with this reference.");

    /// <summary>The path has other methods.</summary>
    public static ProblemKind MethodNotAllowed { get; } = new(405, "method_not_allowed", "The path does not take this method.", "Use a method that the answer's `Allow` names.");

    /// <summary>The client asks too often.</summary>
    public static ProblemKind TooManyRequests { get; } = new(
        429, "too_many_requests", "This client has sent more requests than `ClientLimits:RequestsPerSecond` allows. Nothing was read or written.", "Repeat it after `Retry-After`.");

    /// <summary>The service failed.</summary>
    public static ProblemKind Internal { get; } = new(500, "internal", "The service failed; it has logged why.", "Tell its operators; a repeat may fail again.");

    /// <summary>The problems of any request with a body.</summary>
    public static IReadOnlyList<ProblemKind> OfBodies { get; } = [Invalid, Malformed, BodyTooSlow, BodyTooLarge, UnsupportedMediaType, TooManyBodies];

    /// <summary>The problems of any request at all, which no endpoint names.</summary>
    public static IReadOnlyList<ProblemKind> OfAnyRequest { get; } = [NotFound, MethodNotAllowed, TooManyRequests, Internal];

    /// <summary>Says which problems an endpoint answers, for its document and the reference of errors.</summary>
    public static TBuilder WithProblems<TBuilder>(this TBuilder endpoint, params IReadOnlyList<ProblemKind> kinds)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => AddProblems(builder, kinds));
        return endpoint;
    }

    /// <summary>An answer that names each field that does not keep its rule.</summary>
    public static IResult InvalidFields(IDictionary<string, string[]> errors, string? detail = null) =>
        TypedResults.ValidationProblem(errors, detail, extensions: [KeyValuePair.Create<string, object?>(ReasonMember, Invalid.Reason)]);

    /// <summary>The kind of a request's fault.</summary>
    public static ProblemKind KindOf(BadHttpRequestException fault) => fault is RequestFault own ? own.Kind : OfStatus(fault.StatusCode);

    /// <summary>Says which problems a parameter of an endpoint may have.</summary>
    public static void AddProblems(EndpointBuilder endpoint, IReadOnlyList<ProblemKind> kinds)
    {
        endpoint.Metadata.Add(new AnsweredProblems(kinds));
        foreach (var status in kinds.Select(kind => kind.Status).Distinct())
        {
            if (endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(produced => produced.StatusCode == status))
                continue;
            var type = status == StatusCodes.Status400BadRequest ? typeof(HttpValidationProblemDetails) : typeof(ProblemDetails);
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, type, ["application/problem+json"]));
        }
    }

    /// <summary>The kind that stands for a status when the request was refused below the endpoints.</summary>
    internal static ProblemKind OfStatus(int status) =>
        OfBodies.Concat(OfAnyRequest).Except([Invalid, TooManyBodies]).FirstOrDefault(kind => kind.Status == status) ?? (status < 500 ? Malformed : Internal);

    /// <summary>Names the reason of a problem that the framework made.</summary>
    internal static void NameReason(ProblemDetails problem)
    {
        if (problem.Status is { } status)
            problem.Extensions.TryAdd(ReasonMember, OfStatus(status).Reason);
    }
}
