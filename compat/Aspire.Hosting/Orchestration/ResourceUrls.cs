using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The links of a resource: its endpoints, as its description wants them shown, and those that it names itself.</summary>
internal static class ResourceUrls
{
    public static ImmutableArray<UrlSnapshot> Of(IResource resource)
    {
        var urls = resource.Annotations.OfType<EndpointAnnotation>().Select(e => OfEndpoint(resource, e)).ToList();
        urls.AddRange(resource.Annotations.OfType<ResourceUrlAnnotation>().Select(u => Snapshot(null, u)));
        return [.. urls];
    }

    private static UrlSnapshot OfEndpoint(IResource resource, EndpointAnnotation endpoint)
    {
        var url = new ResourceUrlAnnotation { Url = endpoint.AllocatedEndpoint!.UriString };
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlForEndpointAnnotation>().Where(a => a.EndpointName == endpoint.Name))
            annotation.Callback(url);

        // A callback may give a path only.
        if (url.Url.StartsWith('/'))
            url.Url = endpoint.AllocatedEndpoint.UriString + url.Url;

        return Snapshot(endpoint.Name, url);
    }

    private static UrlSnapshot Snapshot(string? name, ResourceUrlAnnotation url) =>
        new(name, url.Url, IsInternal: false) { DisplayProperties = new UrlDisplayPropertiesSnapshot(url.DisplayText ?? "") };
}
