using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>
/// The path of a request as its client sent it. The server decodes it too early: it keeps an encoded slash and decodes an encoded percent sign, so
/// that <c>a%2Fb</c> and <c>a%252Fb</c>, the paths of two different ids, become the same.
/// </summary>
public static class RequestPath
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The path without its base, percent-encoded as it came.</summary>
    public static string Encoded(HttpRequest request) => "/" + string.Join('/', Segments(request));

    /// <summary>Gives each route parameter that is a whole segment the text of that segment, percent-decoded exactly once.</summary>
    internal static void UsePathValues(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is RouteEndpoint { RoutePattern.Parameters.Count: > 0 } endpoint)
            SetValues(context.Request, endpoint.RoutePattern);
        return next(context);
    });

    private static void SetValues(HttpRequest request, RoutePattern pattern)
    {
        var segments = Segments(request);
        for (var i = 0; i < Math.Min(segments.Length, pattern.PathSegments.Count); i++)
        {
            if (pattern.PathSegments[i] is { IsSimple: true } segment && segment.Parts[0] is RoutePatternParameterPart { IsCatchAll: false } parameter)
                request.RouteValues[parameter.Name] = Decode(segments[i], parameter.Name);
        }
    }

    /// <summary>The segments after the base, without those that mean this folder or the one above.</summary>
    private static string[] Segments(HttpRequest request)
    {
        var path = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (path.IndexOfAny(['?', '#']) is >= 0 and var end)
            path = path[..end];
        // A proxy may ask with a whole address.
        if (!path.StartsWith('/'))
            path = path.IndexOf('/', path.IndexOf("://", StringComparison.Ordinal) + 3) is >= 0 and var start ? path[start..] : "/";

        var segments = new List<string>();
        foreach (var segment in path[1..].Split('/'))
        {
            switch (segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase))
            {
                case ".":
                    break;
                case "..":
                    segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
                    break;
                default:
                    segments.Add(segment);
                    break;
            }
        }

        // The base has been taken off the path already, by a proxy or here.
        var count = request.Path.Value!.Count(character => character == '/');
        return [.. segments.TakeLast(count)];
    }

    private static string Decode(string segment, string parameter)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(segment.Length)];
        var length = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(segment, i, 1, bytes, length);
            }
            else if (i + 2 < segment.Length && char.IsAsciiHexDigit(segment[i + 1]) && char.IsAsciiHexDigit(segment[i + 2]))
            {
                bytes[length++] = Convert.ToByte(segment.Substring(i + 1, 2), 16);
                i += 2;
            }
            else
            {
                throw RequestFault.Invalid(parameter, "has a percent sign that no two hexadecimal digits follow; write it as %25");
            }
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw RequestFault.Invalid(parameter, "is not UTF-8 when it is percent-decoded");
        }
    }
}
