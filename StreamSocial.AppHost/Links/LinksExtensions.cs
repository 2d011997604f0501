using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.AppHost.Links;

internal static class LinksExtensions
{
    /// <summary>Prints where everything is, once everything is healthy.</summary>
    public static void AddLinks(this IDistributedApplicationBuilder builder) => builder.Services.AddHostedService<LinksPrinter>();
}
