using System.Collections.ObjectModel;

namespace Aspire.Hosting.ApplicationModel;

public sealed class ResourceCollection : Collection<IResource>, IResourceCollection;
