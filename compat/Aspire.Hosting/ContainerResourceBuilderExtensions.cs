using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ContainerResourceBuilderExtensions
{
    /// <summary>Containers need Aspire's own orchestrator; this one says so instead of starting something else.</summary>
    /// <exception cref="DistributedApplicationException">Always.</exception>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image, string tag) =>
        throw new DistributedApplicationException(
            $"The container '{name}' ({image}:{tag}) of {builder.Environment.ApplicationName} cannot run: the package feed lacked Aspire's packages at restore. Use a feed that carries them, or no containers.");
}
