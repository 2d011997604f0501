using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.ServiceDefaults.Control;

/// <summary>Keeps requests that change something to those who may: with the control token, under a name of this machine, and not from another site's page.</summary>
public static class ControlAccess
{
    /// <summary>The request names a host that is not this machine.</summary>
    public static ProblemKind ForeignHost { get; } = new(
        400, "foreign_host", "The service listens on loopback, and the request's Host header names another host.",
        "Use localhost or 127.0.0.1; a proxy that keeps the Host header needs its name in `Http:AllowedHosts`.");

    /// <summary>The request has no token, or not the right one.</summary>
    public static ProblemKind TokenMissing { get; } = new(
        401, "token_missing", "This needs the control token, as `Authorization: Bearer`, and the request has none or a wrong one.",
        "Take the token that the AppHost, or the service, prints at its start: the link with it opens the dashboard, and the commands take it as `--token`.");

    /// <summary>A browser sent the request for a page of another site.</summary>
    public static ProblemKind ForeignPage { get; } = new(403, "foreign_page", "A browser sent this for a page of another site.", "Use the dashboard's own page.");

    /// <summary>Lets only requests with the token of <see cref="ControlToken"/> pass.</summary>
    public static RouteHandlerBuilder RequireControlToken(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(CheckAsync).WithProblems(ForeignHost, TokenMissing, ForeignPage);

    private static ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, request) = (context.HttpContext, context.HttpContext.Request);
        if (HostCheck.IsForeign(http))
            return ValueTask.FromResult<object?>(ForeignHost.Answer());
        if (IsFromAnotherSite(request))
            return ValueTask.FromResult<object?>(ForeignPage.Answer());
        if (http.RequestServices.GetRequiredService<ControlToken>().IsIn(request))
            return next(context);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return ValueTask.FromResult<object?>(TokenMissing.Answer());
    }

    /// <summary>
    /// By what a browser says of the page, which no page can change: where it stands to this site, or, where the browser does not say that (a page without TLS,
    /// an old browser), its origin. Both are compared with the address that a believed proxy names. A program that is no browser says neither, and its
    /// token counts.
    /// </summary>
    private static bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        return request.Headers[HeaderNames.Origin].ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Scheme == request.Scheme && from.Authority == request.Host.Value);
    }
}
