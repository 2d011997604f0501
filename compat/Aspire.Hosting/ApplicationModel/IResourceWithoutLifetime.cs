namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that neither starts nor stops; nobody can wait for it.</summary>
public interface IResourceWithoutLifetime : IResource;
