namespace Aspire.Hosting.ApplicationModel;

/// <summary>What to do with the link of one endpoint once its address is known.</summary>
internal sealed class ResourceUrlForEndpointAnnotation(string endpointName, Action<ResourceUrlAnnotation> callback) : IResourceAnnotation
{
    public string EndpointName { get; } = endpointName;

    public Action<ResourceUrlAnnotation> Callback { get; } = callback;
}
