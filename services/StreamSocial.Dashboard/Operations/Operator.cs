using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using StreamSocial.Operations.Log;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Operations;

/// <summary>
/// Parameter of an endpoint: who asks, for the log of actions. Whoever has the control token may give any name in header <c>X-Operator</c>; without one it is
/// the address that the request came from.
/// </summary>
/// <param name="Name">The name.</param>
internal sealed record Operator(string Name) : IEndpointParameterMetadataProvider
{
    /// <summary>The header, whose value is percent-encoded UTF-8.</summary>
    public const string Header = "X-Operator";

    private const int LongestName = 64;

    /// <summary>Reads the header.</summary>
    /// <exception cref="RequestFault">The name is too long or has control characters.</exception>
    public static ValueTask<Operator?> BindAsync(HttpContext context)
    {
        var given = Uri.UnescapeDataString(context.Request.Headers[Header].ToString()).Trim();
        if (given.Length > LongestName || given.Any(char.IsControl))
            throw RequestFault.Invalid(Header, $"must be a name of at most {LongestName} characters, none of them a control character");
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address";
        return ValueTask.FromResult<Operator?>(new Operator(given.Length > 0 ? given : $"token holder at {address}"));
    }

    /// <summary>Documents the header and the problem that reading it may have.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new OptionalHeader(
            Header, $"Who asks, for the log of actions: a name of at most {LongestName} characters, percent-encoded UTF-8. Without one, the address of the client."));
        ApiProblems.AddProblems(builder, [ApiProblems.Invalid]);
    }

    /// <summary>An action that this person asks for.</summary>
    public OperationRequest Ask(string kind, string target, params IEnumerable<KeyValuePair<string, string>> parameters) =>
        new(Name, "dashboard", kind, target) { Parameters = parameters.ToDictionary() };
}
