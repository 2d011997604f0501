namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container. Here it can only be described, see <see cref="ContainerResourceBuilderExtensions"/>.</summary>
public class ContainerResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport;
